import type { World } from './world';

/** Everything that bodies have led to, without ids of ours and times of arrival: equal for equal facts. */
export async function finalState(world: World): Promise<unknown> {
  const one = async (sql: string): Promise<unknown> =>
    (
      await world.rows<{ state: unknown }>(
        `select coalesce(jsonb_agg(row order by row), '[]') as state from (${sql}) as all_rows (row)`,
      )
    )[0]?.state;
  return {
    buyers: await one(`
      select jsonb_build_array(display_name, opted_out_at, opted_out_reason, (
        select jsonb_agg(jsonb_build_array(kind, value, held) order by kind, value) from (
          -- Rows that touch say the same as one row.
          select kind, value, range_agg(tstzrange(least(valid_from, valid_to), valid_to + interval '1 millisecond'))::text as held
            from buyer_identity where buyer_id = buyer.id and kind <> 'username' group by kind, value) as held), (
        select jsonb_agg(jsonb_build_array(value, since, seen, is_current) order by value) from (
          select value, min(valid_from) as since, max(seen_at) as seen, bool_or(valid_to is null) as is_current
            from buyer_identity where buyer_id = buyer.id and kind = 'username' group by value) as named))
        from buyer where joined_into is null`),
    conversations: await one(`
      select jsonb_build_array(phone_number_id, owner, owner_at, (
        select jsonb_agg(jsonb_build_array(whatsapp_id, direction, author, type, text, original_text, edited_at, revoked_at,
                 quoted_whatsapp_id, refers_to_whatsapp_id, sent_at, is_imported, is_standby, body)
                 -- What always comes in one body, under ids that begin alike, stands in the order of the body.
                 order by sent_at, split_part(whatsapp_id, '+', 1), captured_at, position, id)
          from message where conversation_id = conversation.id), (
        select jsonb_agg(jsonb_build_array(whatsapp_id, kind, author, about_whatsapp_id, type, text, sent_at) order by whatsapp_id)
          from message_event where conversation_id = conversation.id))
        from conversation where merged_into is null`),
    media: await one(`
      select jsonb_build_array(message.whatsapp_id, whatsapp_media_id, kind, announced_mime_type, announced_sha256, filename,
               url, status, reason_code)
        from media join message on message.id = media.message_id`),
    statuses: await one(
      'select jsonb_build_array(whatsapp_id, status, participant, occurred_at, send_id) from send_status',
    ),
    sends: await one('select jsonb_build_array(key, status, whatsapp_id, pricing, error) from send'),
    preferences: await one('select jsonb_build_array(value, occurred_at) from consent'),
    called: await one(
      'select jsonb_build_array(phone_number_id, key, full_name, is_removed, occurred_at) from phone_app_contact',
    ),
    accountEvents: await one('select jsonb_build_array(field, event, severity, raw) from account_event'),
    items: await one('select jsonb_build_array(dedupe_key, kind, error, raw) from webhook_item'),
  };
}
