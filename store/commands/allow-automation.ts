import { modeOfNumber } from '../../domain/policy/policy';
import type { NumberMode } from '../../domain/vocabulary';
import { inTransaction } from '../../platform/database';
import type { TransactionalDatabase } from '../../platform/database';
import { releaseSwitch, throwSwitch } from '../kill-switch.store';
import type { NewKillSwitch } from '../kill-switch.store';
import { setMode } from '../number-mode.store';
import { changePermissions, listClaimed } from '../permission.store';
import { requireActivePolicy } from '../policy.store';
import type { SendUnderWay } from './command.types';
import { UNDER_WAY_SETTINGS, waitForUnderWay } from './under-way';

/** Automated messages that had begun before an order: not known to have ended, and those that left meanwhile. */
export type BegunBefore = {
  readonly under_way: readonly SendUnderWay[];
  readonly left_before: readonly SendUnderWay[];
};

/**
 * Sets the mode of a number by a person's word, or lets the policy decide it again. It holds for every message from the
 * answer on; what had begun before is waited for and named. Null when there is no such number.
 */
export async function setNumberMode(
  pool: TransactionalDatabase,
  order: {
    readonly phoneNumberId: string;
    /** Null = as the policy says. */
    readonly mode: NumberMode | null;
    readonly actor: string;
    readonly reason: string;
  },
): Promise<BegunBefore | null> {
  const claimed = await inTransaction(pool, async (client) => {
    const { policy } = await requireActivePolicy(client);
    await changePermissions(client);
    const mode = order.mode ?? modeOfNumber(policy, order.phoneNumberId);
    const isKnown = await setMode(client, { ...order, mode, followsPolicy: order.mode === null });
    if (!isKnown) return null;
    return mode === 'live' ? [] : await listClaimed(client, { phoneNumberId: order.phoneNumberId });
  });
  return claimed === null ? null : await waitForUnderWay(pool, claimed, UNDER_WAY_SETTINGS);
}

/** Throws a kill switch: no automated message that it covers begins after the answer. */
export async function throwKillSwitch(
  pool: TransactionalDatabase,
  order: NewKillSwitch,
): Promise<BegunBefore & { readonly id: number; readonly isNew: boolean }> {
  const { claimed, ...thrown } = await inTransaction(pool, async (client) => {
    await changePermissions(client);
    const done = await throwSwitch(client, order);
    return { ...done, claimed: await listClaimed(client, coveredBy(order)) };
  });
  return { ...thrown, ...(await waitForUnderWay(pool, claimed, UNDER_WAY_SETTINGS)) };
}

function coveredBy({ scope, target }: NewKillSwitch): Parameters<typeof listClaimed>[1] {
  if (scope === 'everything') return {};
  return scope === 'number' ? { phoneNumberId: target } : { rule: target };
}

/** Releases a kill switch: what it had refused stays refused, what comes from now on is judged without it. */
export async function releaseKillSwitch(
  pool: TransactionalDatabase,
  order: { readonly id: number; readonly actor: string; readonly reason: string },
): Promise<boolean> {
  return await inTransaction(pool, async (client) => {
    await changePermissions(client);
    return await releaseSwitch(client, order);
  });
}
