import { wordsOf } from '../../domain/send/outgoing-message';
import type { MessageBody } from '../../domain/send/outgoing-message';
import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import type { SendDetail, SendList, SendListQuery } from '../contract';
import { explainReason } from '../explain';
import { without } from '../without';
import { cursorTime, pageOf } from './page';
import { ROWS_MAX, instant, instantOrNull, isUuid } from './values';

type Item = SendList['items'][number];
type Times = 'created_at' | 'not_before' | 'scheduled_for' | 'claimed_at' | 'settled_at' | 'edited_at';
type SendRow = Omit<Item, Times | 'explanation' | 'text' | 'content'> & {
  content: MessageBody;
  created_at: Date;
  not_before: Date | null;
  scheduled_for: Date | null;
  claimed_at: Date | null;
  settled_at: Date | null;
  edited_at: Date | null;
};

const COLUMNS = `s.id, s.conversation_id, s.kind, s.author, s.status, s.reason_code, s.type, s.body as content, s.created_at, s.not_before, s.scheduled_for, s.claimed_at, s.settled_at, s.edited_at,
  s.approved_by, s.attempts, s.error, s.whatsapp_id, s.decision_id, s.repeats_send_id,
  (select id from send where repeats_send_id = s.id) as repeated_by_send_id`;

/** The send ledger, the newest first. */
export async function listSendLedger(database: Database, query: SendListQuery): Promise<SendList> {
  const { rows } = await database.query<SendRow & { at: string }>(
    `select ${COLUMNS}, ${cursorTime('s.created_at')} as at
       from send s
      where ($1::text[] is null or s.status = any($1))
        and ($2::uuid is null or s.conversation_id = (select coalesce(merged_into, id) from conversation where id = $2))
        and ($3::text is null or s.reason_code = $3)
        and ($4::text is null or exists (select 1 from conversation as c
                                          where c.id = s.conversation_id and c.phone_number_id = $4))
        and ($5::timestamptz is null or s.created_at < $5 or (s.created_at = $5 and s.id > $6::uuid))
      order by s.created_at desc, s.id
      limit $7`,
    [...filtersOf(query), query.cursor?.at ?? null, query.cursor?.id ?? null, query.limit + 1],
  );
  return pageOf(rows, query.limit, {
    item: (row) => toItem(without(row, 'at')),
    position: ({ at, id }) => [at, id],
  });
}

function filtersOf(query: SendListQuery): (readonly string[] | string | null)[] {
  const { status, conversation_id: conversationId, reason_code: reasonCode, number_id: numberId } = query;
  return [status ?? null, conversationId ?? null, reasonCode ?? null, numberId ?? null];
}

/** One send with its edits and statuses, or null; one consistent state of the database. */
export async function readSend(pool: TransactionalDatabase, sendId: string): Promise<SendDetail | null> {
  if (!isUuid(sendId)) return null;
  return await inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    const { rows } = await client.query<SendRow>(`select ${COLUMNS} from send s where s.id = $1`, [sendId]);
    const row = rows[0];
    if (row === undefined) return null;
    return {
      ...toItem(row),
      edits: await listEdits(client, sendId),
      statuses: await listStatuses(client, sendId),
    };
  });
}

async function listEdits(client: Database, sendId: string): Promise<SendDetail['edits']> {
  const { rows } = await client.query<Omit<SendDetail['edits'][number], 'edited_at'> & { edited_at: Date }>(
    `select type, body as content, author, edited_by, edited_at from send_edit where send_id = $1 order by id desc limit $2`,
    [sendId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({ ...row, edited_at: instant(row.edited_at) }));
}

async function listStatuses(client: Database, sendId: string): Promise<SendDetail['statuses']> {
  const { rows } = await client.query<{ status: string; at: Date }>(
    `select status, occurred_at as at from send_status where send_id = $1 order by occurred_at desc, id desc limit $2`,
    [sendId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({ ...row, at: instant(row.at) }));
}

function toItem(row: SendRow): Item {
  return {
    ...row,
    text: wordsOf(row.content),
    explanation: row.reason_code === null ? null : explainReason(row.reason_code),
    created_at: instant(row.created_at),
    not_before: instantOrNull(row.not_before),
    scheduled_for: instantOrNull(row.scheduled_for),
    claimed_at: instantOrNull(row.claimed_at),
    settled_at: instantOrNull(row.settled_at),
    edited_at: instantOrNull(row.edited_at),
  };
}
