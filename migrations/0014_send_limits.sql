-- What holds sends back: the pace of a number and of a buyer, back-off, channels that stopped, buyers out of reach.

create table channel (
  scope text primary key,
  next_slot_at timestamptz,
  not_before timestamptz,
  backoff_level int not null default 0 check (backoff_level >= 0),
  backed_off_at timestamptz,
  backoff_reason text,
  stopped_at timestamptz,
  stopped_reason text,
  stopped_error jsonb,
  resumed_at timestamptz,
  check ((stopped_at is null) = (stopped_reason is null))
) with (fillfactor = 50);
comment on table channel is 'What messages leave through: one number, or the app with all of them. Written at every send, so apart from number.';
comment on column channel.scope is '''app'' or a phone_number_id; a number without a row has nothing that holds it back.';
comment on column channel.next_slot_at is 'The next place in the pace of the number that nobody has.';
comment on column channel.backoff_level is 'Refusals for too many calls since the last message that WhatsApp took.';
comment on column channel.stopped_at is 'Set = nothing leaves; what is planned stays planned until a person resumes.';
insert into channel (scope) values ('app');

create table channel_change (
  id bigint generated always as identity primary key,
  scope text not null,
  kind text not null check (kind in ('stopped', 'resumed')),
  actor text not null,
  reason_code text,
  reason text,
  error jsonb,
  created_at timestamptz not null default now()
);
comment on table channel_change is 'Audit log of channels: what stopped them, and who let them go on.';
comment on column channel_change.reason is 'Why, in the words of the person who resumed.';
create index channel_change_scope on channel_change (scope, id);

alter table conversation
  add column recipient_not_before timestamptz,
  add column recipient_backoff_level int not null default 0 check (recipient_backoff_level >= 0),
  add column pair_borrowed_until timestamptz;
comment on column conversation.recipient_not_before is 'Nothing leaves to this buyer through this number before.';
comment on column conversation.pair_borrowed_until is 'When the allowance of number and buyer that was used up will have grown back.';

alter table buyer
  add column unreachable_at timestamptz,
  add column unreachable_until timestamptz,
  add column unreachable_reason text;
comment on column buyer.unreachable_at is 'WhatsApp cannot deliver to this buyer; automation writes again after a later message of theirs.';
comment on column buyer.unreachable_until is 'Automation may write again from then on in any case; null = only after a message of theirs.';

alter table send
  add column slot_at timestamptz,
  add column refusals int not null default 0 check (refusals >= 0);
comment on column send.slot_at is 'Its reserved place in the pace of the number.';
comment on column send.refusals is 'Refusals by WhatsApp that were about this message or its recipient; a limit of the number is not.';

-- What a refused send tells is listed with the reports of webhooks, and has no webhook item.
alter table account_event alter column webhook_item_id drop not null;
comment on column account_event.field is 'The field of the webhook; ''sends'' = told by an answer or a status of a send of ours.';
