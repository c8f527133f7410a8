-- The send ledger in full: held and scheduled messages, drafts that people approve, edits with their history, and what
-- people decide about messages of which nobody knows whether they left.

alter table send
  add column scheduled_for timestamptz,
  add column approved_by text,
  add column edited_at timestamptz,
  add column repeats_send_id uuid references send (id);
comment on column send.not_before is 'A held message waits until then; a scheduled one, and one that WhatsApp put off, too.';
comment on column send.scheduled_for is 'When a person wants the message to leave; null = at once.';
comment on column send.approved_by is 'Who let a draft of automation go.';
comment on column send.repeats_send_id is 'The send of which this is a new attempt: ordered by a person, or by the rules for a failure that passes.';
-- A message is sent again once at most, whoever orders it.
create unique index send_repeats on send (repeats_send_id) where repeats_send_id is not null;
create index send_newest on send (created_at desc, id);
create index send_by_status on send (status, created_at desc, id);
alter table send add constraint send_end_has_reason
  check (status not in ('refused', 'recalled', 'failed', 'unconfirmed') or reason_code is not null);

create table send_edit (
  id bigint generated always as identity primary key,
  send_id uuid not null references send (id),
  type text not null,
  body jsonb not null,
  author text not null,
  edited_by text not null,
  edited_at timestamptz not null default now()
);
comment on table send_edit is 'What a message was before each edit, and whose words they were.';
create index send_edit_send on send_edit (send_id, id);
