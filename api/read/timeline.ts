import { wordsOf } from '../../domain/send/outgoing-message';
import type { MessageBody } from '../../domain/send/outgoing-message';
import type { Database } from '../../platform/database';
import type { Timeline, TimelineQuery } from '../contract';
import { explainReason } from '../explain';
import { without } from '../without';
import { cursorTime, pageOf } from './page';
import { instant } from './values';

type Item = Timeline['items'][number];
type Row = Omit<Item, 'at' | 'explanation'> & {
  happened_at: Date;
  body: MessageBody | null;
  at: string;
  position: number;
};

/** Every kind of thing that happens, under the same columns; of one moment, what came with webhooks is numbered as it came. */
const ENTRIES = `
  select 'message' as kind, id::text, sent_at as happened_at, author as actor, type, null as outcome, text,
         null as reason_code, send_id, null::jsonb as body, position
    from message where conversation_id = $1 and type <> 'edit'
  union all
  select 'event', id::text, sent_at, author, kind, null, text, null, null, null, coalesce(webhook_item_id, 0)
    from message_event where conversation_id = $1
  union all
  select 'send', id::text, created_at, author, kind, null, null, reason_code, id, body, 0
    from send where conversation_id = $1
  union all
  select 'status', id::text, occurred_at, null, status, null, null, null, send_id, null, 0
    from send_status where whatsapp_id in (
      select whatsapp_id from send where conversation_id = $1 and whatsapp_id is not null
      union select whatsapp_id from message where conversation_id = $1 and direction = 'outbound')
  union all
  select 'decision', id::text, decided_at, null, kind, verdict, null, reason_code, null, null, 0
    from decision where conversation_id = $1
  union all
  select 'command', id::text, created_at, actor, kind, outcome, reason, 'command.' || coalesce(answer ->> 'refusal', kind), null, null, 0
    from command where conversation_id = $1`;

/** What happened in a conversation in one order, the newest first. What comes later never shifts a page. */
export async function listTimeline(
  database: Database,
  conversationId: string,
  query: TimelineQuery,
): Promise<Timeline> {
  const { cursor, limit } = query;
  const { rows } = await database.query<Row>(
    `select *, ${cursorTime('happened_at')} as at from (${ENTRIES}) as entry
      where $2::timestamptz is null or happened_at < $2
         or (happened_at = $2 and (kind collate "C", -position, id collate "C") > ($3::text, -($4::bigint), $5::text))
      order by happened_at desc, kind collate "C", position desc, id collate "C"
      limit $6`,
    [
      conversationId,
      cursor?.at ?? null,
      cursor?.kind ?? null,
      cursor?.position ?? null,
      cursor?.id ?? null,
      limit + 1,
    ],
  );
  return pageOf(rows, limit, {
    item: (row) => toItem(without(row, 'position')),
    position: ({ at, kind, position, id }) => [at, kind, position, id],
  });
}

function toItem({ happened_at: happenedAt, body, ...row }: Omit<Row, 'position'>): Item {
  return {
    ...row,
    at: instant(happenedAt),
    text: body === null ? row.text : wordsOf(body),
    explanation: row.reason_code === null ? null : explainReason(row.reason_code),
  };
}
