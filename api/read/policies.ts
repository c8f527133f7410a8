import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import type { PolicyDetail, PolicyList, PolicyListQuery } from '../contract';
import { pageOf } from './page';
import { instant, instantOrNull } from './values';

type Times = 'imported_at' | 'activated_at';
type PolicyRow = Omit<PolicyList['items'][number], Times> & {
  imported_at: Date;
  activated_at: Date | null;
};
type DetailRow = PolicyRow & Pick<PolicyDetail, 'document' | 'source_text'>;

const COLUMNS = 'id, name, sha256, status, imported_at, activated_at';

/** The versions of the policy, the newest first. */
export async function listPolicies(database: Database, query: PolicyListQuery): Promise<PolicyList> {
  const { rows } = await database.query<PolicyRow>(
    `select ${COLUMNS} from policy_version where $1::bigint is null or id < $1 order by id desc limit $2`,
    [query.cursor ?? null, query.limit + 1],
  );
  return pageOf(rows, query.limit, { item: withTimes, position: ({ id }) => [id] });
}

/** One version with what it says, or null. */
export async function readPolicyVersion(database: Database, id: number): Promise<PolicyDetail | null> {
  const row = firstRow(
    await database.query<DetailRow>(
      `select ${COLUMNS}, document, source_text from policy_version where id = $1`,
      [id],
    ),
  );
  return row === null ? null : withTimes(row);
}

function withTimes<Row extends PolicyRow>(
  row: Row,
): Omit<Row, Times> & { imported_at: string; activated_at: string | null } {
  return {
    ...row,
    imported_at: instant(row.imported_at),
    activated_at: instantOrNull(row.activated_at),
  };
}
