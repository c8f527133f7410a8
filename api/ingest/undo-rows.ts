import type { Database } from '../../platform/database';
import { RESULT } from './join-record';
import type { JoinedTable } from './join-record';

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

/** Columns of a table that are put back as they were before a join, in all rows that still fulfil the condition. */
export type RowsToRestore = {
  readonly table: JoinedTable;
  readonly columns: readonly string[];
  /** Condition on `now`, `before` and `after`: the row, and what it was before the join and after; names are our own. */
  readonly only?: string;
};

/** Puts remembered columns back; gives the ids of the rows that were. */
export async function restore(client: Database, joinId: number, rows: RowsToRestore): Promise<string[]> {
  const { table, columns, only = 'true' } = rows;
  const list = columns.join(', ');
  const restored = await client.query<{ id: string }>(
    `update ${table} as now
        set (${list}) = (select ${columns.map((column) => `before.${column}`).join(', ')})
       from ${remembered(table, columns[0] ?? 'id')}
      where now.id = remembered.id and ${only}
      returning now.id::text`,
    [joinId],
  );
  return restored.rows.map(({ id }) => id);
}

/** The rows of a table whose column a join remembered: `remembered.id`, and what they were as `before` and `after`. */
export function remembered(table: JoinedTable, column: string): string {
  const results =
    table === 'conversation'
      ? `(select result.before from buyer_join_row as result
           where result.buyer_join_id = $1 and result.table_name = '${RESULT}' and result.row_id = buyer_join_row.row_id)`
      : 'null::jsonb';
  return `(select distinct on (row_id) row_id::${NUMBERED.includes(table) ? 'bigint' : 'uuid'} as id, before as columns,
                  ${results} as results
             from buyer_join_row
            where buyer_join_id = $1 and table_name = '${table}' and before ? '${column}'
            order by row_id, position) as remembered
         cross join lateral jsonb_populate_record(null::${table}, remembered.columns) as before
         cross join lateral jsonb_populate_record(null::${table}, remembered.results) as after`;
}
