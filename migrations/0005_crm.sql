-- The mirror in HubSpot.

create table hubspot_portal (
  portal_id text primary key,
  checked_at timestamptz not null default now(),
  woken_outbox_id bigint not null default 0,
  woken_at timestamptz
);
comment on column hubspot_portal.woken_outbox_id is 'Up to which outbox row the sync workflow was told that there is something to do.';

create table hubspot_contact (
  contact_id text primary key,
  properties jsonb not null,
  company jsonb,
  deals jsonb not null default '[]',
  fetched_at timestamptz not null default now()
);
comment on table hubspot_contact is 'Last known facts of a contact; used, marked stale with their age, while HubSpot is away.';

create table crm_outbox (
  id bigint generated always as identity primary key,
  object_kind text not null check (object_kind in ('identity', 'contact', 'communication')),
  object_key text not null,
  conversation_id uuid not null references conversation (id),
  decision_id bigint not null references decision (id),
  not_before timestamptz not null default now(),
  attempts int not null default 0,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  error_code text,
  dead_at timestamptz
);
comment on table crm_outbox is 'What is to be mirrored, written with the fact it mirrors. The content is rendered when sent, so that only the newest state travels.';
comment on column crm_outbox.object_key is 'Buyer id for identity and contact, episode id for communication.';
create index crm_outbox_waiting on crm_outbox (not_before, id) where done_at is null and dead_at is null;
create index crm_outbox_object on crm_outbox (object_kind, object_key) where done_at is null and dead_at is null;

create table crm_record (
  object_kind text not null check (object_kind in ('contact', 'communication')),
  object_key text not null,
  part int not null default 1,
  hubspot_id text not null,
  content_sha256 text,
  synced_at timestamptz not null default now(),
  primary key (object_kind, object_key, part)
);
comment on column crm_record.content_sha256 is 'Of what was written last; the same content is not written again.';
