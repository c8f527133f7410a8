-- The window in which free text may leave as one question: what buyers wrote, that they called, and what WhatsApp itself
-- says of a free entry.

create table buyer_call (
  call_id text not null,
  phone_number_id text not null,
  kind text not null check (kind in ('wa_id', 'bsuid', 'parent_bsuid')),
  value text not null,
  began_at timestamptz not null,
  webhook_item_id bigint references webhook_item (id),
  primary key (call_id, kind, value)
);
comment on table buyer_call is 'Calls by which buyers turned to us, under each identifier that names the caller: they open the window, and nothing else follows.';
comment on column buyer_call.call_id is 'WhatsApp''s id of the call.';
create index buyer_call_caller on buyer_call (phone_number_id, kind, value, began_at);

create index send_free_entry on send (conversation_id) where conversation ->> 'origin_type' = 'referral_conversion';

drop function free_entry_at(uuid);

create function free_entry_ends_at(conversation uuid) returns timestamptz
  language sql stable
  return (
    with told as (
      select send.id, send.claimed_at, (send.conversation ->> 'expires_at')::timestamptz as ends_at
        from send
       where send.conversation_id = free_entry_ends_at.conversation
         and send.conversation ->> 'origin_type' = 'referral_conversion' and send.conversation ->> 'expires_at' is not null
    ), answered as (
      select answer.send_id, answer.sent_at, send.conversation ->> 'origin_type' as origin_type
        from message as ad
        cross join lateral (
          select ours.send_id, ours.sent_at from message as ours
           where ours.conversation_id = ad.conversation_id and ours.direction = 'outbound' and not ours.is_imported
             and ours.captured_at > ad.captured_at
           order by ours.captured_at limit 1) as answer
        left join send on send.id = answer.send_id
       where ad.conversation_id = free_entry_ends_at.conversation and ad.direction = 'inbound' and not ad.is_imported
         and ad.body ? 'referral'
         and (ad.body #>> '{referral,source_type}' = 'ad' or ad.body #>> '{referral,ctwa_clid}' is not null)
         and answer.sent_at <= ad.sent_at + interval '24 hours'
       order by ad.captured_at desc
       limit 1
    )
    select greatest(
      (select max(ends_at) from told),
      (select sent_at + interval '72 hours' from answered
        where coalesce(origin_type, 'referral_conversion') = 'referral_conversion'
          and not exists (select 1 from told where told.id = answered.send_id or told.claimed_at > answered.sent_at))));
comment on function free_entry_ends_at is 'When the free entry window ends: what WhatsApp said of it in a status, else 72 h after our first answer to a message from an ad.';

create function window_closes_at(conversation uuid) returns timestamptz
  language sql stable
  return greatest(
    (select least(sent_at, captured_at) + interval '24 hours' from message
      where conversation_id = window_closes_at.conversation and direction = 'inbound' and not is_imported
      order by sent_at desc limit 1),
    (select max(call.began_at) + interval '24 hours'
       from conversation as place
       join buyer_identity as identity on identity.buyer_id = place.buyer_id
       join buyer_call as call
         on call.phone_number_id = place.phone_number_id and call.kind = identity.kind and call.value = identity.value
        and (identity.valid_to is null or identity.valid_to >= call.began_at)
        and (not identity.is_start_known or identity.valid_from <= call.began_at)
      where place.id = window_closes_at.conversation),
    free_entry_ends_at(window_closes_at.conversation));
comment on function window_closes_at is 'Until when free text may leave: 24 h after the buyer last wrote or called, or the end of free entry; null = no window ever opened.';
