-- Every order stands in the audit log, also one that was refused before there was anything that it could be about.

alter table command
  drop constraint command_has_object,
  add constraint command_has_object check (
    outcome = 'refused' or conversation_id is not null or buyer_join_id is not null or target_kind is not null);
comment on column command.target_kind is 'What an order names: number, kill_switch, never_automate, webhook_item, token, webhook_subscription, buyer_join; of a refused one also conversation and send. Null = a refused order that would have made something.';
create index command_about_conversation on command (target_id, created_at desc, id) where target_kind = 'conversation';

-- How much each token asks is counted over all API processes.
create unlogged table api_token_use (
  token text primary key,
  requests integer not null check (requests > 0),
  window_ends_at timestamptz not null
);
comment on table api_token_use is 'Requests of each token in its window. Unlogged: a crash of Postgres may empty it, which opens the windows anew.';
comment on column api_token_use.token is 'The id of a token, or settings:<agent> for one of the settings.';
