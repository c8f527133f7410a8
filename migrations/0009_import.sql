-- Imported history: exports of earlier messages, and the silences between imported messages.

comment on column message.is_imported is 'From the history of the phone app or from an export: fills the past, belongs to no turn, opens no window and triggers nothing.';

create table message_import_key (
  key text primary key,
  message_id uuid not null references message (id)
);
comment on table message_import_key is 'Lines of exports that bear an id of another system, and the message each of them is.';
create index message_import_key_message on message_import_key (message_id);
create index message_without_wamid on message (conversation_id, sent_at) where starts_with(whatsapp_id, 'import:');

alter table wait add column is_imported boolean not null default false;
comment on column wait.is_imported is 'Counted from imported history; counted anew whenever more of the history comes.';
create index wait_buyer on wait (buyer_id);

alter table conversation add column history_waits_due_at timestamptz;
comment on column conversation.history_waits_due_at is 'When the waits of imported history are to be counted (again); null = all of them are counted.';
create index conversation_history_waits_due on conversation (history_waits_due_at) where history_waits_due_at is not null;
