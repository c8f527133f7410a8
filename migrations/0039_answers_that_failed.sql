-- An answer to an ad that did not reach the buyer opens no free entry.

create or replace function free_entry_ends_at(conversation uuid) returns timestamptz
  language sql stable
  return (
    with told as (
      select send.id, send.claimed_at, (send.conversation ->> 'expires_at')::timestamptz as ends_at
        from send
       where send.conversation_id = free_entry_ends_at.conversation
         and send.conversation ->> 'origin_type' = 'referral_conversion' and send.conversation ->> 'expires_at' is not null
    ), answered as (
      select answer.send_id, answer.sent_at, answer.origin_type
        from message as ad
        cross join lateral (
          select ours.send_id, ours.sent_at, send.conversation ->> 'origin_type' as origin_type
            from message as ours
            left join send on send.id = ours.send_id
           where ours.conversation_id = ad.conversation_id and ours.direction = 'outbound' and not ours.is_imported
             and ours.captured_at > ad.captured_at
             and send.status is distinct from 'failed'
           order by ours.captured_at limit 1) as answer
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
comment on function free_entry_ends_at is 'When the free entry window ends: what WhatsApp said of it in a status, else 72 h after our first answer to a message from an ad that did not fail.';
