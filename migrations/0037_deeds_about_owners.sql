-- Who has a conversation follows from what people did, each deed with its time: so that conversations that prove to be one
-- end with the same owner in whatever order that becomes known.

alter table conversation add column ordered_owner text;
alter table conversation add column ordered_at timestamptz;
alter table conversation add column phone_at timestamptz;
alter table conversation add column is_phone_back boolean not null default false;
alter table conversation add column unassigned_at timestamptz;
alter table conversation add column asked_at timestamptz;
alter table conversation add column asked_reason text;

comment on column conversation.owner_at is 'The newest of ordered_at and phone_at: an older report that arrives later does not change the owner.';
comment on column conversation.ordered_owner is 'Whom the newest order of people gave the conversation to, by their orders alone: an agent, automation, or phone where they left it there; null = nobody ordered anything about it.';
comment on column conversation.ordered_at is 'Time of that order.';
comment on column conversation.phone_at is 'Time of the newest thing that people did on the phone app, by the clock of WhatsApp.';
comment on column conversation.is_phone_back is 'That was the word by which they give the conversation back.';
comment on column conversation.unassigned_at is 'Of what the conversation waits for a person whom nobody is yet, by the clock of what is to be answered; what people do on the phone app later answers it, an order ends it.';
comment on column conversation.asked_at is 'Of what a person is asked, by the same clock; needs_human tells whether it is still open.';
comment on column conversation.asked_reason is 'Why a person is asked, to be told again when the answer proves to be none.';

update conversation
   set ordered_owner = case when owner like 'agent:%' then owner when owner <> 'phone' then 'automation' end,
       ordered_at = case when owner like 'agent:%' then coalesce(owner_at, owner_since)
                         when owner <> 'phone' then owner_at end,
       phone_at = case when owner = 'phone' then coalesce(owner_at, owner_since) end,
       unassigned_at = case when owner = 'unassigned' then now() end,
       asked_at = case when needs_human then now() end,
       asked_reason = case when needs_human then reason_code end;
update conversation set ordered_owner = null where ordered_at is null;

alter table conversation add constraint conversation_ordered_check check ((ordered_owner is null) = (ordered_at is null));

-- Joins remember what they changed, to be undone with all that the owner rests on.
update buyer_join_row as row
   set before = row.before || jsonb_build_object(
         'ordered_owner', case when owner like 'agent:%' then owner when owner <> 'phone' and owner_at is not null then 'automation' end,
         'ordered_at', case when owner like 'agent:%' then coalesce(owner_at, owner_since) when owner <> 'phone' then owner_at end,
         'phone_at', case when owner = 'phone' then coalesce(owner_at, owner_since) end,
         'is_phone_back', false,
         'unassigned_at', case when owner = 'unassigned' then now() end,
         'asked_at', case when needs_human then now() end,
         'asked_reason', case when needs_human then reason_code end)
  from (select buyer_join_id, position, was.*
          from buyer_join_row cross join lateral jsonb_populate_record(null::conversation, before) as was
         where table_name in ('conversation', 'conversation as joined') and before ? 'needs_human') as was
 where row.buyer_join_id = was.buyer_join_id and row.position = was.position;
