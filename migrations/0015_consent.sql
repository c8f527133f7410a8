-- Whether a buyer wants to be written to: every change with its evidence, from whatever door; and who is never automated.

create table consent (
  id bigint generated always as identity primary key,
  key text not null unique,
  buyer_id uuid not null references buyer (id),
  value text not null,
  source text not null check (source in ('message', 'preference', 'send_error', 'command', 'earlier')),
  reason_code text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  message_id uuid references message (id),
  webhook_item_id bigint references webhook_item (id),
  send_id uuid references send (id),
  decision_id bigint references decision (id),
  raw jsonb,
  constraint consent_has_evidence check (
    case source when 'message' then message_id is not null
                when 'preference' then webhook_item_id is not null
                when 'send_error' then send_id is not null
                when 'command' then decision_id is not null
                else true end)
);
comment on table consent is 'Every wish of a buyer to be written to or not, with its evidence. The newest wish holds; nothing is ever deleted.';
comment on column consent.key is 'Made of the evidence: the same evidence is noted once.';
comment on column consent.value is 'stop = no more messages · resume, signup = messages are welcome; whatever else WhatsApp reports is kept.';
create index consent_buyer on consent (buyer_id, occurred_at);

insert into consent (key, buyer_id, value, source, reason_code, occurred_at, recorded_at, webhook_item_id, raw)
  select 'item:' || webhook_item_id, buyer_id, value, 'preference', 'stop.preference', occurred_at, occurred_at, webhook_item_id, raw
    from buyer_preference order by id;
insert into consent (key, buyer_id, value, source, reason_code, occurred_at, recorded_at)
  select 'earlier:' || id, id, 'stop', 'earlier', coalesce(opted_out_reason, 'opt_out.keyword'), opted_out_at, opted_out_at
    from buyer where opted_out_at is not null and opted_out_reason is distinct from 'stop.preference';
update buyer_join_row
   set table_name = 'consent', row_id = (select consent.id from consent
                                          join buyer_preference using (webhook_item_id)
                                         where buyer_preference.id::text = buyer_join_row.row_id)::text
 where table_name = 'buyer_preference';
drop table buyer_preference;

create table never_automate (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('wa_id', 'bsuid', 'parent_bsuid')),
  value text not null,
  also text[] not null default '{}',
  reason text not null,
  added_by text not null,
  added_at timestamptz not null default now(),
  removed_by text,
  removed_at timestamptz,
  remove_reason text,
  constraint never_automate_removed check ((removed_at is null) = (removed_by is null))
);
comment on table never_automate is 'People whom automation never writes to, by identifier: an entry holds before they have ever written.';
comment on column never_automate.also is 'Other national forms of the same phone, under which WhatsApp may report it.';
create unique index never_automate_current on never_automate (kind, value) where removed_at is null;
create index never_automate_also on never_automate using gin (also) where removed_at is null;

alter table send drop constraint send_kind_check;
alter table send add constraint send_kind_check check (kind in
  ('reply', 'follow_up', 'human', 'assurance', 'opt_out_question', 'opt_out_confirmation'));
alter table send add column overrides_opt_out boolean not null default false;
comment on column send.overrides_opt_out is 'A person ordered, with a reason, that this message leaves although the buyer opted out.';
