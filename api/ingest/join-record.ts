import type { Database } from '../../platform/database';

/** SQL that closes an episode whose conversation is part of another one now; its end is what was last said in it. */
export const CLOSED_AS_JOINED = `closed_at = greatest(last_activity_at, opened_at), close_reason = 'joined',
            outcome = coalesce(outcome, 'joined')`;

/** Tables in which a join changes rows. */
export type JoinedTable =
  | 'buyer'
  | 'buyer_identity'
  | 'consent'
  | 'command'
  | 'context_snapshot'
  | 'conversation'
  | 'crm_outbox'
  | 'decision'
  | 'episode'
  | 'follow_up'
  | 'identity_link'
  | 'message'
  | 'message_event'
  | 'send'
  | 'turn'
  | 'wait';

/** When a buyer had an identifier, and how that is known: what a join, its item and what follows from both may change. */
export const IDENTITY_TIMES = ['valid_from', 'valid_to', 'proven_from', 'is_start_known', 'seen_at'] as const;

/** Rows about to be changed, and the columns that will change. */
export type RowsToChange = {
  readonly table: JoinedTable;
  readonly columns: readonly string[];
  /** Condition with `$1` for the value. */
  readonly where: string;
  readonly value: unknown;
};

/** Keeps the columns of rows as they are, so that the join can be undone. All names come from our own code. */
export async function remember(client: Database, joinId: number, rows: RowsToChange): Promise<void> {
  const pairs = rows.columns.map((column) => `'${column}', ${column}`).join(', ');
  await client.query(
    `insert into buyer_join_row (buyer_join_id, table_name, row_id, before)
     select $2, '${rows.table}', id::text, jsonb_build_object(${pairs}) from ${rows.table} where ${rows.where}`,
    [rows.value, joinId],
  );
}

/** Tables whose rows go over to the conversation that goes on as they are; sends and episodes change on the way. */
export const MOVED: readonly JoinedTable[] = [
  'message',
  'message_event',
  'turn',
  'decision',
  'context_snapshot',
  'follow_up',
  'wait',
  'command',
  'crm_outbox',
];

/** Gives all rows of one conversation to another, and remembers which. */
export async function moveToConversation(
  client: Database,
  joinId: number,
  move: { readonly table: JoinedTable; readonly fromId: string; readonly toId: string },
): Promise<void> {
  await remember(client, joinId, {
    table: move.table,
    columns: ['conversation_id'],
    where: 'conversation_id = $1',
    value: move.fromId,
  });
  await client.query(`update ${move.table} set conversation_id = $2 where conversation_id = $1`, [
    move.fromId,
    move.toId,
  ]);
}

/** Tables of which a join keeps what it has made of their rows. */
type ResultTable = 'conversation' | 'buyer_identity';

/** Stands in the place of the table's name for what a join has made of a row. */
export const resultOf = (table: JoinedTable): string => `${table} as joined`;

/**
 * Keeps what a join has made of the rows it remembers, so that undoing it can tell what was changed since. Called once more
 * where the item that joined has changed them further, which is part of the join as well.
 */
export async function rememberResult(client: Database, joinId: number, table: ResultTable): Promise<void> {
  await client.query('delete from buyer_join_row where buyer_join_id = $1 and table_name = $2', [
    joinId,
    resultOf(table),
  ]);
  await client.query(
    `insert into buyer_join_row (buyer_join_id, table_name, row_id, before)
     select $1, '${resultOf(table)}', now.id::text, jsonb_object_agg(key, to_jsonb(now) -> key)
       from ${table} as now
       join buyer_join_row as row on row.row_id = now.id::text
       cross join lateral jsonb_object_keys(row.before) as key
      where row.buyer_join_id = $1 and row.table_name = '${table}'
      group by now.id`,
    [joinId],
  );
}
