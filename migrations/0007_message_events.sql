-- What happens to a message after it was said: reactions, edits, revocations; and what WhatsApp itself reports.

alter table message
  add column refers_to_whatsapp_id text,
  add column original_text text,
  add column edited_at timestamptz,
  add column revoked_at timestamptz;
comment on column message.refers_to_whatsapp_id is 'The message that a reaction or an edit is about.';
comment on column message.text is 'The words as they are shown now; body keeps the message as it came.';
comment on column message.original_text is 'The words before the first edit.';
comment on column message.revoked_at is 'Set = the sender took the message back: its words are no longer mirrored.';
create index message_refers_to on message (refers_to_whatsapp_id) where refers_to_whatsapp_id is not null;

create table message_event (
  id bigint generated always as identity primary key,
  conversation_id uuid not null references conversation (id),
  whatsapp_id text not null unique,
  kind text not null check (kind in ('edit', 'revoke', 'notice')),
  author text not null check (author in ('buyer', 'phone')),
  about_whatsapp_id text,
  type text not null,
  text text,
  body jsonb not null,
  sent_at timestamptz not null,
  captured_at timestamptz not null,
  webhook_item_id bigint references webhook_item (id)
);
comment on table message_event is 'What is reported about a conversation and is no message of its own; kept also when the message it is about is not known yet.';
comment on column message_event.kind is 'notice = reported by WhatsApp, or not understood; nothing follows from it.';
create index message_event_about on message_event (about_whatsapp_id) where about_whatsapp_id is not null;
create index message_event_conversation on message_event (conversation_id, sent_at);
