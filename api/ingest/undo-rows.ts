import type { Database } from '../../platform/database';
import { resultOf } from './join-record';
import type { JoinedTable } from './join-record';

/** A join that is being undone; the locks of both buyers and of all their conversations are held. */
export type Undoing = {
  readonly joinId: number;
  readonly survivingId: string;
  readonly joinedId: string;
};

/** Tables whose ids are numbers; the others have uuids. */
const NUMBERED: readonly JoinedTable[] = [
  'buyer_identity',
  'consent',
  'context_snapshot',
  'crm_outbox',
  'decision',
  'identity_link',
  'message_event',
  'wait',
];

/** Tables whose rows belong to a buyer by themselves; those of the others stand in a conversation. */
const OF_BUYER: readonly JoinedTable[] = ['buyer_identity', 'consent', 'conversation', 'identity_link'];

/** Columns of a table that are put back as they were before a join, in all rows that still fulfil the condition. */
type RowsToRestore = {
  readonly table: JoinedTable;
  readonly columns: readonly string[];
  /** Condition on `now`, `before` and `after`: the row, and what it was before the join and after; names are our own. */
  readonly only?: string;
};

/** Puts remembered columns back; what has gone over to somebody else since stays where it is. */
export async function restore(client: Database, undoing: Undoing, rows: RowsToRestore): Promise<void> {
  const { table, columns, only = 'true' } = rows;
  const list = columns.join(', ');
  await client.query(
    `update ${table} as now
        set (${list}) = (select ${columns.map((column) => `before.${column}`).join(', ')})
       from ${remembered(table, columns[0] ?? 'id')}
      where now.id = remembered.id and ${isTheirs(table, 'now')} and ${only}`,
    [undoing.joinId, bothOf(undoing)],
  );
}

/** The two buyers, the surviving one first. */
export function bothOf({ survivingId, joinedId }: Undoing): readonly [string, string] {
  return [survivingId, joinedId];
}

/** SQL for whether a row of a table is still of one of the two, who are `$2`. */
export function isTheirs(table: JoinedTable, alias: string): string {
  if (table === 'buyer') return `${alias}.id = any($2::uuid[])`;
  if (OF_BUYER.includes(table)) return `${alias}.buyer_id = any($2::uuid[])`;
  const place = `select 1 from conversation as place where place.id = ${alias}.conversation_id and place.buyer_id = any($2::uuid[])`;
  return `(${alias}.conversation_id is null or exists (${place}))`;
}

/** The rows of a table whose column a join remembered: `remembered.id`, and what they were as `before` and `after`. */
export function remembered(table: JoinedTable, column: string): string {
  return `(select distinct on (row_id) row_id::${NUMBERED.includes(table) ? 'bigint' : 'uuid'} as id, before as columns,
                  (select result.before from buyer_join_row as result
                    where result.buyer_join_id = $1 and result.table_name = '${resultOf(table)}'
                      and result.row_id = buyer_join_row.row_id) as results
             from buyer_join_row
            where buyer_join_id = $1 and table_name = '${table}' and before ? '${column}'
            order by row_id, position) as remembered
         cross join lateral jsonb_populate_record(null::${table}, remembered.columns) as before
         cross join lateral jsonb_populate_record(null::${table}, remembered.results) as after`;
}
