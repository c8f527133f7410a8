-- Tokens of the API, and one audit log for everything that people order, also where no conversation is meant.

create table api_token (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  prefix text not null,
  hash bytea not null unique check (octet_length(hash) = 32),
  scope text not null check (scope in ('read', 'agent', 'supervisor', 'admin')),
  agent text,
  created_at timestamptz not null default now(),
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  last_used_at timestamptz,
  constraint api_token_revoked check ((revoked_at is null) = (revoked_by is null))
);
comment on table api_token is 'Who may use the API, and for what. The token itself is shown once and kept nowhere.';
comment on column api_token.prefix is 'The beginning of the token, so that people recognise it.';
comment on column api_token.hash is 'SHA-256 of the token, which is random enough to need no slower hash.';
comment on column api_token.agent is 'The person whose token it is; what is ordered with it stands under this name, else under the name of the token.';
comment on column api_token.last_used_at is 'To the minute.';

alter table command
  add column target_kind text,
  add column target_id text,
  drop constraint command_has_object,
  add constraint command_has_object check (conversation_id is not null or buyer_join_id is not null or target_kind is not null),
  add constraint command_target check ((target_kind is null) = (target_id is null));
comment on column command.target_kind is 'What an order is about that is not about a conversation: number, kill_switch, never_automate, webhook_item or token.';
create index command_newest on command (created_at desc, id);
create index buyer_newest on buyer (created_at desc, id);
create index command_by_actor on command (actor, created_at desc, id);
