-- What the gauges read on every scrape, without a walk through the tables.
create index conversation_next_action on conversation (next_action_at) where next_action_at is not null;
create index crm_outbox_dead on crm_outbox (dead_at) where dead_at is not null;
