import { waitsOfHistory } from '../domain/wait/history-waits';
import type { HistoryWait, Said } from '../domain/wait/history-waits';
import type { ReplyModel } from '../domain/wait/reply-model';
import { HORIZON_MS, settleWait } from '../domain/wait/wait';
import { inTransaction } from '../platform/database';
import type { Database, TransactionalDatabase } from '../platform/database';
import { lockConversation } from './conversation.store';

/** Notes that a conversation's history has changed. `delayMs`: somebody is at it and counts when it is complete. */
export async function noteHistoryChange(
  client: Database,
  conversationId: string,
  delayMs = 0,
): Promise<void> {
  await client.query(
    `update conversation set history_waits_due_at = now() + $2 * interval '1 millisecond' where id = $1`,
    [conversationId, delayMs],
  );
}

/**
 * Counts the waits of imported history in those of the conversations where it has changed. They are found from the
 * messages each time, never added up, so that it does not matter in which order and how often messages were imported.
 */
export async function countHistoryWaits(
  database: TransactionalDatabase,
  model: ReplyModel,
  conversationIds: readonly string[],
): Promise<void> {
  if (conversationIds.length === 0) return;
  const due = await database.query<{ id: string }>(
    'select id from conversation where id = any($1) and history_waits_due_at <= now()',
    [conversationIds],
  );
  for (const { id } of due.rows) await countOne(database, model, id);
}

/** Which due conversations to count: those after an id, in the order of ids. */
export type DueHistory = {
  /** Counts also what becomes due so much later. */
  readonly withinMs: number;
  readonly afterId: string | null;
  readonly countMax: number;
};

/** Counts what is due, wherever it is, up to a number; gives the last conversation, or null when there was none. */
export async function countDueHistoryWaits(
  database: TransactionalDatabase,
  model: ReplyModel,
  which: DueHistory,
): Promise<string | null> {
  const due = await database.query<{ id: string }>(
    `select id from conversation
      where history_waits_due_at <= now() + $1 * interval '1 millisecond' and ($2::uuid is null or id > $2)
      order by id limit $3`,
    [which.withinMs, which.afterId, which.countMax],
  );
  for (const { id } of due.rows) await countOne(database, model, id);
  return due.rows.at(-1)?.id ?? null;
}

async function countOne(
  database: TransactionalDatabase,
  model: ReplyModel,
  conversationId: string,
): Promise<void> {
  await inTransaction(database, async (client) => {
    const conversation = await lockConversation(client, conversationId);
    if (conversation === null) return;
    const { id, buyerId, nowMs } = conversation;
    const { ended, runsUntilMs } = waitsOfHistory(await readSaid(client, id), nowMs);
    await writeWaits(client, { id, buyerId }, rowsOf(ended, model));
    await addUpWaits(client, buyerId);
    await client.query(
      `update conversation
          set history_waits_due_at = $2,
              last_activity_at = coalesce((select max(sent_at) from message where conversation_id = conversation.id
                having bool_and(is_imported)), last_activity_at)
        where id = any($1)`,
      [[id, conversationId], runsUntilMs === null ? null : new Date(runsUntilMs)],
    );
  });
}

/** Everything that bears on the waits of imported messages, in the order in which it was said. */
async function readSaid(client: Database, conversationId: string): Promise<Said[]> {
  const found = await client.query<Said>(
    `select id, direction, to_ms(sent_at) as "atMs", is_imported as "isImported" from message
      where conversation_id = $1 and doubt is null
        and sent_at <= (select max(sent_at) + $2 * interval '1 millisecond' from message
                         where conversation_id = $1 and is_imported and direction = 'outbound')
      order by sent_at, direction desc, id`,
    [conversationId, HORIZON_MS],
  );
  return found.rows;
}

type WaitRow = Record<
  'message_id' | 'started_at' | 'state' | 'ended_at' | 'ended_by' | 'parameter_version',
  string
> & { readonly late_replies: number; readonly expected_late_replies: number };

function rowsOf(ended: readonly HistoryWait[], model: ReplyModel): WaitRow[] {
  return ended.map(({ messageId, startedAtMs, state, end }) => {
    const { late, expected } = settleWait({
      state,
      sentAtMs: startedAtMs,
      endedAtMs: end.atMs,
      endedBy: end.by,
      parameters: model,
    });
    return {
      message_id: messageId,
      started_at: new Date(startedAtMs).toISOString(),
      state,
      ended_at: new Date(end.atMs).toISOString(),
      ended_by: end.by,
      late_replies: late,
      expected_late_replies: expected,
      parameter_version: model.version,
    };
  });
}

/** Makes the counted waits the ones there are. */
async function writeWaits(
  client: Database,
  conversation: { readonly id: string; readonly buyerId: string },
  rows: readonly WaitRow[],
): Promise<void> {
  await client.query(
    'delete from wait where conversation_id = $1 and is_imported and message_id <> all($2::uuid[])',
    [conversation.id, rows.map((row) => row.message_id)],
  );
  await client.query(
    `insert into wait (conversation_id, buyer_id, message_id, started_at, state, ended_at, ended_by, late_replies,
        expected_late_replies, parameter_version, is_imported)
     select $1, $2, message_id, started_at, state, ended_at, ended_by, late_replies, expected_late_replies,
            parameter_version, true
       from jsonb_to_recordset($3) as counted (message_id uuid, started_at timestamptz, state text, ended_at timestamptz,
            ended_by text, late_replies smallint, expected_late_replies double precision, parameter_version text)
     on conflict (message_id) do update
        set conversation_id = excluded.conversation_id, buyer_id = excluded.buyer_id, started_at = excluded.started_at,
            state = excluded.state, ended_at = excluded.ended_at, ended_by = excluded.ended_by,
            late_replies = excluded.late_replies, expected_late_replies = excluded.expected_late_replies,
            parameter_version = excluded.parameter_version
      where wait.is_imported`,
    [conversation.id, conversation.buyerId, JSON.stringify(rows)],
  );
}

/** D and E are the sums over all waits of the buyer, added in one order so that equal waits give equal sums. */
export async function addUpWaits(client: Database, buyerId: string): Promise<void> {
  await client.query(
    `update buyer
        set late_replies = counted.late, expected_late_replies = counted.expected
       from (select coalesce(sum(late_replies), 0) as late,
                    coalesce(sum(expected_late_replies order by started_at, expected_late_replies), 0) as expected
               from wait where buyer_id = $1) as counted
      where id = $1`,
    [buyerId],
  );
}
