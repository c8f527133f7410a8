-- Outgoing webhooks: who wants to be told what, what happened, and what was told to whom.

create table webhook_subscription (
  id uuid primary key default gen_random_uuid(),
  url text not null,
  description text,
  events text[],
  includes_content boolean not null default false,
  created_at timestamptz not null default now(),
  created_by text not null,
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_reason text check (disabled_reason in ('by_hand', 'failing', 'gone')),
  deleted_at timestamptz,
  deleted_by text,
  constraint webhook_subscription_disabled check ((disabled_at is null) = (disabled_reason is null)),
  constraint webhook_subscription_deleted check ((deleted_at is null) = (deleted_by is null))
);
comment on table webhook_subscription is 'Who is told of events. What happens while one is disabled waits for it; a deleted one stays as a record.';
comment on column webhook_subscription.events is 'Kinds that are wanted; null = all, also those that a later version adds.';
comment on column webhook_subscription.includes_content is 'Bodies carry words, names and phones, too; else ids, times and codes only.';
comment on column webhook_subscription.failing_since is 'The first failed attempt since one that succeeded; null = the last one did.';

create table webhook_secret (
  id bigint generated always as identity primary key,
  subscription_id uuid not null references webhook_subscription (id),
  secret bytea not null check (octet_length(secret) between 24 and 64),
  created_at timestamptz not null default now(),
  valid_until timestamptz
);
create index webhook_secret_subscription on webhook_secret (subscription_id, id desc);
comment on table webhook_secret is 'What bodies are signed with; kept as it is, because signing needs it. Shown once, when it is made.';
comment on column webhook_secret.valid_until is 'Set by a rotation: until then every body is signed with this one, too.';

create table event_outbox (
  id bigint generated always as identity primary key,
  event_id uuid not null default gen_random_uuid() unique,
  key text unique,
  kind text not null,
  conversation_id uuid references conversation (id),
  occurred_at timestamptz not null default now(),
  facts jsonb not null
);
create index event_outbox_occurred on event_outbox (occurred_at, id);
comment on table event_outbox is 'What happened, written with the fact it tells, and only where a subscription wants it. In one conversation ids grow in the order in which it happened.';
comment on column event_outbox.event_id is 'The webhook-id: the same in every attempt, for every subscription.';
comment on column event_outbox.key is 'Made of facts where the same one may be written twice: it is told once.';
comment on column event_outbox.conversation_id is 'Null = about the subscription itself.';
comment on column event_outbox.facts is 'Ids, times and codes. Words, names and phones are read when the body is made.';

create table event_delivery (
  subscription_id uuid not null references webhook_subscription (id),
  event_id bigint not null references event_outbox (id) on delete cascade,
  conversation_id uuid,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'dead')),
  queued_at timestamptz not null default now(),
  not_before timestamptz not null default now(),
  lease_until timestamptz,
  attempts integer not null default 0 check (attempts >= 0),
  attempted_at timestamptz,
  response_status integer,
  error_code text,
  settled_at timestamptz,
  primary key (subscription_id, event_id),
  constraint event_delivery_settled check ((settled_at is null) = (status = 'pending'))
);
create index event_delivery_due on event_delivery (subscription_id, not_before, event_id) where status = 'pending';
create index event_delivery_lane on event_delivery (subscription_id, conversation_id, event_id) where status = 'pending';
create index event_delivery_event on event_delivery (event_id);
comment on table event_delivery is 'One event for one subscription. The pending ones of one conversation go in the order of their events, the first alone.';
comment on column event_delivery.queued_at is 'When it was to be told, or told again by a replay: its age counts from then.';
comment on column event_delivery.lease_until is 'Until then an attempt is under way; a later time finds it again after a crash.';
comment on column event_delivery.attempts is 'Raised when an attempt begins, so that only the newest one settles the row.';

create index decision_to_human on decision (decided_at) where kind = 'route' and verdict = 'human';
