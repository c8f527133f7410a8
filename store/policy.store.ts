import type { Policy } from '../domain/policy/policy';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** The policy that decides now. */
export type ActivePolicy = { readonly id: number; readonly policy: Policy };

/** Reads the active policy version; null before one was ever imported. */
export async function readActivePolicy(database: Database): Promise<ActivePolicy | null> {
  return firstRow(
    await database.query<ActivePolicy>(
      `select id, document as policy from policy_version where status = 'active'`,
    ),
  );
}

/** The active policy; without one nothing may be decided, so its absence is a failure. */
export async function requireActivePolicy(database: Database): Promise<ActivePolicy> {
  const active = await readActivePolicy(database);
  if (active === null) throw new Error('no policy is active: start the worker with POLICY_FILE');
  return active;
}

/** What became of an import. */
export type PolicyImport = { readonly id: number; readonly isNew: boolean };

/**
 * Makes a checked policy document the active version; the one before is retired. The same text again changes nothing
 * unless another version is active, which it then replaces.
 */
export async function activatePolicy(
  client: Database,
  version: { readonly policy: Policy; readonly sha256: string; readonly sourceText: string },
): Promise<PolicyImport> {
  // Two processes may start at once; the second finds the first one's version.
  await client.query(`select pg_advisory_xact_lock(hashtextextended('policy_version', 0))`);
  const known = firstRow(
    await client.query<{ id: number; status: string }>(
      'select id, status from policy_version where sha256 = $1',
      [version.sha256],
    ),
  );
  if (known?.status === 'active') return { id: known.id, isNew: false };
  await client.query(`update policy_version set status = 'retired' where status = 'active'`);
  if (known !== null) {
    await client.query(`update policy_version set status = 'active', activated_at = now() where id = $1`, [
      known.id,
    ]);
    return { id: known.id, isNew: false };
  }
  const inserted = await client.query<{ id: number }>(
    `insert into policy_version (name, sha256, status, document, source_text, activated_at)
     values ($1, $2, 'active', $3, $4, now()) returning id`,
    [version.policy.name, version.sha256, JSON.stringify(version.policy), version.sourceText],
  );
  return { id: firstRow(inserted)?.id ?? 0, isNew: true };
}
