import type { Database } from '../../platform/database';
import type { KillSwitchList, KillSwitchListQuery } from '../contract';
import { pageOf } from './page';
import { instant, instantOrNull } from './values';

type Row = Omit<KillSwitchList['items'][number], 'thrown_at' | 'released_at'> & {
  thrown_at: Date;
  released_at: Date | null;
};

/** Kill switches, the newest first; released ones only when asked for. */
export async function listKillSwitches(
  database: Database,
  query: KillSwitchListQuery,
): Promise<KillSwitchList> {
  const { rows } = await database.query<Row>(
    `select id, scope, case scope when 'number' then target end as number_id,
            case scope when 'rule' then target end as rule, reason, actor as thrown_by, created_at as thrown_at,
            released_by, released_at, release_reason
       from kill_switch
      where ($1 or released_at is null) and ($2::bigint is null or id < $2)
      order by id desc limit $3`,
    [query.released === 'true', query.cursor ?? null, query.limit + 1],
  );
  return pageOf(rows, query.limit, {
    item: (row) => ({
      ...row,
      thrown_at: instant(row.thrown_at),
      released_at: instantOrNull(row.released_at),
    }),
    position: ({ id }) => [id],
  });
}
