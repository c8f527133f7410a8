-- The rules people set, and every verdict with what it was based on.

create table policy_version (
  id bigint generated always as identity primary key,
  name text not null,
  sha256 text not null unique,
  status text not null check (status in ('draft', 'shadow', 'active', 'retired')),
  document jsonb not null,
  source_text text not null,
  imported_at timestamptz not null default now(),
  activated_at timestamptz
);
create unique index policy_version_one_active on policy_version ((status)) where status = 'active';

create table identity_link (
  id bigint generated always as identity primary key,
  buyer_id uuid not null references buyer (id),
  status text not null check (status in ('linked', 'created', 'ambiguous', 'unknown')),
  contact_id text,
  company_id text,
  deal_id text,
  confidence double precision not null check (confidence between 0 and 1),
  reason_code text not null,
  candidates jsonb not null default '[]',
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  end_reason text
);
create unique index identity_link_current on identity_link (buyer_id) where ended_at is null;
comment on table identity_link is 'History of which HubSpot contact a buyer is; the row without ended_at holds.';

create table context_snapshot (
  id bigint generated always as identity primary key,
  key text not null unique,
  conversation_id uuid not null references conversation (id),
  identity_link_id bigint references identity_link (id),
  facts jsonb not null,
  facts_age_seconds int,
  is_stale boolean not null default false,
  created_at timestamptz not null default now()
);
create index context_snapshot_conversation on context_snapshot (conversation_id, id);
comment on column context_snapshot.facts_age_seconds is 'Age of the HubSpot facts used; null = none were known.';

create table turn (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null references conversation (id),
  episode_id uuid not null references episode (id),
  trigger_message_id uuid not null unique,
  started_at timestamptz not null default now(),
  status text not null check (status in ('open', 'decided', 'parked')) default 'open',
  ended_at timestamptz
);
create unique index turn_open on turn (conversation_id) where status = 'open';

create table decision (
  id bigint generated always as identity primary key,
  key text not null unique,
  conversation_id uuid not null references conversation (id),
  episode_id uuid references episode (id),
  turn_id uuid references turn (id),
  kind text not null check (kind in ('episode', 'route', 'follow_up', 'skip', 'stop', 'command')),
  verdict text not null,
  reason_code text not null,
  reasons jsonb not null,
  inputs jsonb not null,
  runner_up jsonb,
  flip text,
  rule_name text,
  details jsonb not null default '{}',
  parameter_version text not null,
  policy_version_id bigint references policy_version (id),
  identity_link_id bigint references identity_link (id),
  context_snapshot_id bigint references context_snapshot (id),
  decided_at timestamptz not null default now(),
  constraint decision_is_grounded check (
    kind in ('episode', 'command')
    or (identity_link_id is not null and context_snapshot_id is not null and policy_version_id is not null)
  )
);
comment on column decision.details is 'What the verdict orders beside its kind: urgency, time to respond, attempt, due time.';
comment on column decision.key is 'Made of facts (kind, message id, attempt): the first stored verdict wins.';
create index decision_conversation on decision (conversation_id, id);
