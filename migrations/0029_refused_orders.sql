-- Every order stands in the audit log, also one that was refused before there was anything that it could be about.

alter table command
  drop constraint command_has_object,
  add constraint command_has_object check (
    outcome = 'refused' or conversation_id is not null or buyer_join_id is not null or target_kind is not null);
comment on column command.target_kind is 'What an order names: number, kill_switch, never_automate, webhook_item, token, webhook_subscription, buyer_join; of a refused one also conversation and send. Null = a refused order that would have made something.';
create index command_about_conversation on command (target_id, created_at desc, id) where target_kind = 'conversation';
