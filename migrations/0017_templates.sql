-- Templates as Meta approved them, the account they belong to, and who was written to first.

create table whatsapp_account (
  waba_id text primary key,
  messaging_tier text,
  sync_wanted bigint not null default 1,
  sync_done bigint not null default 0,
  synced_at timestamptz,
  sync_not_before timestamptz,
  sync_error text
);
comment on table whatsapp_account is 'A WhatsApp business account: how far its templates are read, and how many buyers it may write to first.';
comment on column whatsapp_account.messaging_tier is 'whatsapp_business_manager_messaging_limit as Meta names it; null = not read yet.';
comment on column whatsapp_account.sync_wanted is 'How often something was reported about a template; sync_done = up to which count all of them were read again.';
comment on column whatsapp_account.sync_not_before is 'Until then somebody reads, or waits after a failure.';

create table template (
  waba_id text not null,
  name text not null,
  language text not null,
  template_id text,
  status text not null,
  category text not null,
  parameter_format text not null default 'POSITIONAL',
  components jsonb not null default '[]',
  quality text,
  rejected_reason text,
  synced_at timestamptz not null,
  reported_at timestamptz,
  primary key (waba_id, name, language)
);
comment on table template is 'Templates of an account in each of their languages, as Meta last said.';
comment on column template.status is 'Meta''s word; only APPROVED leaves. DELETED = Meta does not list it any more.';
comment on column template.components is 'As Meta lists them: header, body, footer and buttons with their placeholders.';
comment on column template.reported_at is 'Meta''s time of the newest report about it; a reading that began before does not undo the report.';
create index template_name on template (name, language);

alter table send add column is_business_initiated boolean not null default false;
comment on column send.is_business_initiated is 'A template that was claimed while no window was open: it counts towards Meta''s limit of buyers written to first.';
create index send_business_initiated on send (claimed_at) where is_business_initiated;

create index message_from_ad on message (conversation_id, captured_at)
  where direction = 'inbound' and not is_imported and body ? 'referral';

alter table consent add column details jsonb;
comment on column consent.details is 'How and when a person was told, in the words of whoever recorded it.';
comment on column consent.value is 'stop = no more messages · resume, signup = messages are welcome · opt_in = a person recorded an opt-in: it ends no stop; whatever else WhatsApp reports is kept.';

create function free_entry_at(conversation uuid) returns timestamptz
  language sql stable
  return (
    select answer.sent_at
      from message as ad
      cross join lateral (
        select sent_at from message as ours
         where ours.conversation_id = ad.conversation_id and ours.direction = 'outbound' and not ours.is_imported
           and ours.captured_at > ad.captured_at
         order by ours.captured_at limit 1) as answer
     where ad.conversation_id = conversation and ad.direction = 'inbound' and not ad.is_imported and ad.body ? 'referral'
       and (ad.body #>> '{referral,source_type}' = 'ad' or ad.body #>> '{referral,ctwa_clid}' is not null)
       and answer.sent_at <= ad.sent_at + interval '24 hours'
     order by ad.captured_at desc
     limit 1);
comment on function free_entry_at is 'When the free entry window of 72 h last opened: with our first answer to a message that came from an ad.';
