-- Orders to write first that people and workflows give in HubSpot, by a property of the contact; and the key of an order to
-- let a number go on, so that it is carried out once like every
-- other; and which alarms stand in the log.

create table hubspot_start (
  id bigint generated always as identity primary key,
  contact_id text not null,
  set_at timestamptz not null,
  set_by text,
  wanted text not null,
  properties jsonb not null,
  found_at timestamptz not null default now(),
  outcome text,
  conversation_id uuid references conversation (id),
  answered_at timestamptz,
  told_at timestamptz,
  told_tries integer not null default 0,
  unique (contact_id, set_at)
);
comment on table hubspot_start is 'One row for each setting of wa_start_template: it is carried out once, whatever is read again or how often.';
comment on column hubspot_start.set_at is 'When the property was set, as its history in HubSpot says.';
comment on column hubspot_start.set_by is 'The id of the user in HubSpot; null = something else set it, such as a workflow.';
comment on column hubspot_start.properties is 'What stood in the contact then: phones, opt-in, name.';
comment on column hubspot_start.outcome is 'What is written to wa_start_result; null = not carried out yet.';
comment on column hubspot_start.told_at is 'When HubSpot had the outcome.';
create index hubspot_start_open on hubspot_start (id) where outcome is null;
create index hubspot_start_untold on hubspot_start (id) where outcome is not null and told_at is null;

alter table hubspot_portal add column starts_read_at timestamptz;
comment on column hubspot_portal.starts_read_at is 'When a worker last looked for contacts to write to first.';

alter table channel_change add column idempotency_key text, add column ordered_for text;
comment on column channel_change.idempotency_key is 'Of the order to go on: repeated under the same key it is answered as the first time.';
comment on column channel_change.ordered_for is 'The number that the order named; it may have held the whole app.';
create index channel_change_key on channel_change (idempotency_key) where idempotency_key is not null;

alter table account_event add column told_at timestamptz;
comment on column account_event.told_at is 'When a warning stood in the log; null = not yet, or it is none.';
update account_event set told_at = now();
create index account_event_untold on account_event (id) where told_at is null and severity <> 'info';
