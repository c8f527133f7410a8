import { budgetOf, modeOfNumber } from '../domain/policy/policy';
import type { Policy } from '../domain/policy/policy';
import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { monthOf } from '../platform/months';
import { recountAll } from './budget.store';
import { followPolicy } from './number-mode.store';

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
  const before = await readActivePolicy(client);
  const known = firstRow(
    await client.query<{ id: number }>('select id from policy_version where sha256 = $1', [version.sha256]),
  );
  if (known !== null && known.id === before?.id) return { id: known.id, isNew: false };
  await client.query(`update policy_version set status = 'retired' where status = 'active'`);
  const id = known === null ? await insertActive(client, version) : await reactivate(client, known.id);
  await bringIntoForce(client, version.policy, before);
  return { id, isNew: known === null };
}

async function insertActive(
  client: Database,
  version: { readonly policy: Policy; readonly sha256: string; readonly sourceText: string },
): Promise<number> {
  const inserted = await client.query<{ id: number }>(
    `insert into policy_version (name, sha256, status, document, source_text, activated_at)
     values ($1, $2, 'active', $3, $4, now()) returning id`,
    [version.policy.name, version.sha256, JSON.stringify(version.policy), version.sourceText],
  );
  return onlyRow(inserted).id;
}

async function reactivate(client: Database, id: number): Promise<number> {
  await client.query(`update policy_version set status = 'active', activated_at = now() where id = $1`, [id]);
  return id;
}

/** What a policy changes that stands elsewhere: the modes that nobody chose, and where a month begins. */
async function bringIntoForce(client: Database, policy: Policy, before: ActivePolicy | null): Promise<void> {
  await followPolicy(client, (phoneNumberId) => modeOfNumber(policy, phoneNumberId));
  const { time_zone: timeZone } = budgetOf(policy);
  if (before !== null && budgetOf(before.policy).time_zone !== timeZone)
    await recountAll(client, (atMs) => monthOf(atMs, timeZone));
}
