import type { Database } from '../../platform/database';
import type { NeverAutomateList, NeverAutomateListQuery } from '../contract';
import { pageOf } from './page';
import { instant, instantOrNull } from './values';

type Row = Omit<NeverAutomateList['items'][number], 'added_at' | 'removed_at'> & {
  added_at: Date;
  removed_at: Date | null;
};

/** The list of people whom automation never writes to, the newest first; removed entries only when asked for. */
export async function listNeverAutomate(
  database: Database,
  query: NeverAutomateListQuery,
): Promise<NeverAutomateList> {
  const { rows } = await database.query<Row>(
    `select id, kind, value, reason, added_by, added_at, removed_by, removed_at, remove_reason
       from never_automate
      where ($1 or removed_at is null) and ($2::bigint is null or id < $2)
      order by id desc limit $3`,
    [query.removed === 'true', query.cursor ?? null, query.limit + 1],
  );
  return pageOf(rows, query.limit, {
    item: (row) => ({
      ...row,
      added_at: instant(row.added_at),
      removed_at: instantOrNull(row.removed_at),
    }),
    position: ({ id }) => [id],
  });
}
