-- Who writes to whom: numbers, buyers with their identities, conversations, episodes.

create function to_ms(moment timestamptz) returns double precision
  language sql immutable strict
  return least(extract(epoch from moment) * 1000, 9007199254740991)::double precision;
comment on function to_ms is 'Unix milliseconds; infinity becomes the largest whole number that JSON carries safely.';

create table number (
  phone_number_id text primary key,
  display_phone_number text,
  mode text not null check (mode in ('observe', 'draft', 'live')),
  created_at timestamptz not null default now()
);

create table buyer (
  id uuid primary key default gen_random_uuid(),
  display_name text,
  opted_out_at timestamptz,
  opted_out_reason text,
  late_replies double precision not null default 0 check (late_replies >= 0),
  expected_late_replies double precision not null default 0 check (expected_late_replies >= 0),
  created_at timestamptz not null default now()
);
comment on column buyer.late_replies is 'D: replies that came later than half an hour.';
comment on column buyer.expected_late_replies is 'E: late replies an average buyer would have given in the same waiting time.';

create table buyer_identity (
  id bigint generated always as identity primary key,
  buyer_id uuid not null references buyer (id),
  kind text not null check (kind in ('wa_id', 'bsuid', 'parent_bsuid', 'username')),
  value text not null,
  valid_from timestamptz not null default now(),
  valid_to timestamptz
);
create unique index buyer_identity_current on buyer_identity (kind, value) where valid_to is null and kind <> 'username';
create index buyer_identity_buyer on buyer_identity (buyer_id);

create table conversation (
  id uuid primary key default gen_random_uuid(),
  phone_number_id text not null references number (phone_number_id),
  buyer_id uuid not null references buyer (id),
  owner text not null default 'automation' check (owner in ('automation', 'phone', 'meta', 'unassigned') or owner ~ '^agent:.+'),
  owner_since timestamptz not null default now(),
  paused_until timestamptz,
  epoch bigint not null default 0,
  route_override text check (route_override in ('automation', 'human')),
  follow_up_rule jsonb,
  needs_human boolean not null default false,
  reason_code text,
  next_action_kind text,
  next_action_at timestamptz,
  look_wanted bigint not null default 0,
  look_given bigint not null default 0,
  look_wanted_at timestamptz,
  look_lease_until timestamptz,
  last_activity_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  unique (phone_number_id, buyer_id)
);
comment on column conversation.paused_until is 'infinity = paused for good.';
comment on column conversation.epoch is 'Grows with every change of owner or pause; a prepared send carries the epoch it was prepared under.';
comment on column conversation.look_wanted is 'How often something new was written for this conversation; look_given = up to which count its workflow was told.';
create index conversation_not_handed_over on conversation (look_wanted_at) where look_given < look_wanted;
create index conversation_buyer on conversation (buyer_id);
create index conversation_recent on conversation (last_activity_at desc, id);

create table episode (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null references conversation (id),
  ordinal int not null,
  opened_at timestamptz not null,
  last_activity_at timestamptz not null,
  closed_at timestamptz,
  close_reason text,
  first_inbound_at timestamptz,
  first_response_at timestamptz,
  outcome text,
  unique (conversation_id, ordinal)
);
create unique index episode_open on episode (conversation_id) where closed_at is null;
