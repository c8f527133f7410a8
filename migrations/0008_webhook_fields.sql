-- Fields of webhooks beside messages: preferences, history of the phone app, events of the account; and what was not understood.

alter table webhook_item drop constraint webhook_item_kind_check;
alter table webhook_item add constraint webhook_item_kind_check check (kind in
  ('message', 'status', 'echo', 'identity_change', 'preference', 'history', 'state_sync', 'account_event', 'unknown'));
alter table webhook_item add column understood_at timestamptz;
comment on column webhook_item.understood_at is 'When a later reading of the body made items out of this one, which was not understood at first.';
create index webhook_item_not_understood on webhook_item (id)
  where (kind = 'unknown' or error is not null) and understood_at is null;

alter table message add column is_imported boolean not null default false;
comment on column message.is_imported is 'From the history of the phone app: fills the past, belongs to no turn, opens no window and triggers nothing.';
drop index message_waiting;
create index message_waiting on message (conversation_id, captured_at)
  where direction = 'inbound' and turn_id is null and not is_imported;

create table buyer_preference (
  id bigint generated always as identity primary key,
  buyer_id uuid not null references buyer (id),
  category text,
  value text not null,
  occurred_at timestamptz not null,
  raw jsonb not null,
  webhook_item_id bigint not null unique references webhook_item (id)
);
comment on table buyer_preference is 'What buyers chose in WhatsApp itself: evidence of an opt-out and of its end. The newest choice holds.';
create index buyer_preference_buyer on buyer_preference (buyer_id, occurred_at);

create table account_event (
  id bigint generated always as identity primary key,
  field text not null,
  waba_id text,
  number text,
  event text not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  occurred_at timestamptz not null,
  raw jsonb not null,
  webhook_item_id bigint not null unique references webhook_item (id)
);
comment on table account_event is 'What Meta reports about the account, its numbers and its templates.';
comment on column account_event.number is 'Id or display number, as the report names it.';
create index account_event_field on account_event (field, id);
