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

/** Stands in the place of the table's name for what a join has made of a conversation. */
export const RESULT = 'conversation as joined';

/** Keeps what a join has made of the conversations, so that undoing it can tell what somebody has changed since. */
export async function rememberResult(client: Database, joinId: number): Promise<void> {
  await client.query(
    `insert into buyer_join_row (buyer_join_id, table_name, row_id, before)
     select $1, '${RESULT}', conversation.id::text, jsonb_object_agg(key, to_jsonb(conversation) -> key)
       from conversation
       join buyer_join_row as row on row.row_id = conversation.id::text
       cross join lateral jsonb_object_keys(row.before) as key
      where row.buyer_join_id = $1 and row.table_name = 'conversation'
      group by conversation.id`,
    [joinId],
  );
}
