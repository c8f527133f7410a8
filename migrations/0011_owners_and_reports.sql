-- Who has the wheel beside our own agents (the phone app, Meta's agent), and what WhatsApp reports about a message:
-- what it costs, and why it failed.

alter table conversation add column owner_at timestamptz;
alter table conversation add column phone_agent text;
comment on column conversation.owner_at is 'Time of the newest thing a person did that decides about the owner, by the clock it came with: an older report that arrives later changes nothing.';
comment on column conversation.phone_agent is 'The agent whom the policy names for the phone app of this number, while the owner is phone; null = unknown.';

alter table message add column is_standby boolean not null default false;
comment on column message.is_standby is 'Reported while Meta''s own agent had the conversation: it is kept and shown, and answered by nobody here.';
create index message_standby on message (conversation_id, sent_at) where is_standby;

alter table message_event drop constraint message_event_author_check;
alter table message_event add constraint message_event_author_check check (author = 'buyer' or author = 'phone' or author = 'meta');

alter table decision drop constraint decision_kind_check;
alter table decision add constraint decision_kind_check check (kind in
  ('episode', 'route', 'follow_up', 'skip', 'stop', 'command', 'identity', 'owner'));
-- An owner may change before any policy was imported; the other grounds are always known.
alter table decision drop constraint decision_is_grounded;
alter table decision add constraint decision_is_grounded check (
  kind in ('episode', 'command', 'identity')
  or (identity_link_id is not null and context_snapshot_id is not null
      and (policy_version_id is not null or kind = 'owner')));

alter table send_status add column pricing jsonb;
alter table send_status add column conversation jsonb;
alter table send_status add column error jsonb;
comment on column send_status.pricing is 'type, category, billable, model; not every status carries it.';
comment on column send_status.conversation is 'id, origin_type, expires_at of WhatsApp''s own billing conversation; few statuses carry it.';
comment on column send_status.error is 'code, title, details and class of the first error; raw keeps all of them.';

alter table send add column pricing jsonb;
alter table send add column conversation jsonb;
comment on column send.pricing is 'The most complete one of all its statuses.';
comment on column send.conversation is 'The most complete one of all its statuses.';
comment on column send.error is 'code, title, details and class of what WhatsApp said last, or the code of a failed call.';
