-- What was said, what is to be sent, and what people ordered.

create table message (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null references conversation (id),
  episode_id uuid references episode (id),
  turn_id uuid references turn (id),
  direction text not null check (direction in ('inbound', 'outbound')),
  author text not null,
  whatsapp_id text not null unique,
  type text not null,
  text text,
  body jsonb not null,
  quoted_whatsapp_id text,
  expects_answer boolean,
  meaning text,
  evidence jsonb,
  sent_at timestamptz not null,
  captured_at timestamptz not null default now(),
  webhook_item_id bigint references webhook_item (id),
  send_id uuid
);
comment on column message.evidence is 'Codes of everything that was understood in the message; no words.';
comment on column message.sent_at is 'The provider''s time. It has whole seconds: read as the last moment of its second that lies before the capture.';
create index message_conversation on message (conversation_id, captured_at, id);
create index message_said on message (conversation_id, direction, sent_at);
create index message_timeline on message (conversation_id, sent_at, captured_at, id);
create index message_episode on message (episode_id, sent_at);
create index message_inbound on message (conversation_id, captured_at) where direction = 'inbound';
create index message_waiting on message (conversation_id, captured_at) where direction = 'inbound' and turn_id is null;

create table send (
  id uuid primary key default gen_random_uuid(),
  key text not null unique,
  conversation_id uuid not null references conversation (id),
  episode_id uuid references episode (id),
  kind text not null check (kind in ('reply', 'follow_up', 'human', 'assurance')),
  author text not null,
  status text not null check (status in ('draft', 'planned', 'held', 'claimed', 'accepted', 'sent', 'delivered', 'read',
    'played', 'refused', 'recalled', 'failed', 'unconfirmed')),
  reason_code text,
  type text not null,
  body jsonb not null,
  expects_answer boolean not null default false,
  answers_message_id uuid references message (id),
  epoch bigint not null,
  not_before timestamptz,
  not_after timestamptz,
  decision_id bigint not null references decision (id),
  attempts int not null default 0,
  whatsapp_id text unique,
  error jsonb,
  created_at timestamptz not null default now(),
  claimed_at timestamptz,
  claim_until timestamptz,
  settled_at timestamptz
);
comment on column send.key is 'Made of facts (what it answers, which attempt): the same send is never planned twice.';
comment on column send.claim_until is 'The call to WhatsApp must begin before this time.';
create index send_open on send (conversation_id, created_at) where status in ('planned', 'held', 'claimed', 'unconfirmed');
create index send_conversation on send (conversation_id, created_at);
create index send_seen on send (conversation_id) where status in ('read', 'played');

alter table message add constraint message_send_id_fkey foreign key (send_id) references send (id);

create table send_status (
  id bigint generated always as identity primary key,
  whatsapp_id text not null,
  send_id uuid references send (id),
  status text not null,
  participant text not null default '',
  occurred_at timestamptz not null,
  raw jsonb not null,
  webhook_item_id bigint references webhook_item (id),
  unique (whatsapp_id, status, participant)
);
comment on table send_status is 'Every delivery status as reported, in any order; send.status holds the highest rank seen.';

create table follow_up (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null references conversation (id),
  episode_id uuid not null references episode (id),
  after_message_id uuid not null references message (id),
  attempt int not null check (attempt >= 1),
  status text not null check (status in ('planned', 'sent', 'skipped', 'ended')),
  due_at timestamptz,
  reason_code text not null,
  plan_decision_id bigint not null references decision (id),
  due_decision_id bigint references decision (id),
  send_id uuid references send (id),
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  unique (after_message_id, attempt)
);
create index follow_up_planned on follow_up (due_at) where status = 'planned';
create index follow_up_conversation on follow_up (conversation_id, created_at);

create table wait (
  id bigint generated always as identity primary key,
  conversation_id uuid not null references conversation (id),
  buyer_id uuid not null references buyer (id),
  message_id uuid not null unique references message (id),
  started_at timestamptz not null,
  state text not null check (state in ('live', 'warm', 'cold')),
  ended_at timestamptz,
  ended_by text check (ended_by in ('reply', 'our_message', 'horizon')),
  late_replies smallint,
  expected_late_replies double precision,
  parameter_version text
);
comment on table wait is 'The silence after a message of ours; ended waits feed D and E of the buyer.';
create index wait_conversation on wait (conversation_id, id);
create unique index wait_open on wait (conversation_id) where ended_at is null;

create table command (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null references conversation (id),
  kind text not null,
  actor text not null,
  is_verified boolean not null,
  idempotency_key text not null unique,
  arguments jsonb not null,
  reason text,
  outcome text not null check (outcome in ('done', 'refused')),
  answer jsonb not null,
  created_at timestamptz not null default now()
);
comment on column command.idempotency_key is 'Made of the actor and the key the caller gave; without one, a key of the request.';
comment on column command.is_verified is 'False when the sender could not be authenticated (a signal from the Temporal UI or CLI).';
create index command_conversation on command (conversation_id, created_at);
