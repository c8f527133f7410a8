import type { Database } from '../../platform/database';
import type { PolicyList } from '../contract';
import { ROWS_MAX, instant, instantOrNull } from './values';

type PolicyRow = Omit<PolicyList['items'][number], 'imported_at' | 'activated_at'> & {
  imported_at: Date;
  activated_at: Date | null;
};

/** The versions of the policy, the newest first. */
export async function listPolicies(database: Database): Promise<PolicyList> {
  const { rows } = await database.query<PolicyRow>(
    `select id, name, sha256, status, imported_at, activated_at from policy_version order by id desc limit $1`,
    [ROWS_MAX],
  );
  return {
    items: rows.map((row) => ({
      ...row,
      imported_at: instant(row.imported_at),
      activated_at: instantOrNull(row.activated_at),
    })),
  };
}
