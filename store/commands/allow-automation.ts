import { modeOfNumber } from '../../domain/policy/policy';
import type { NumberMode } from '../../domain/vocabulary';
import type { TransactionalDatabase } from '../../platform/database';
import { releaseSwitch, throwSwitch } from '../kill-switch.store';
import type { KillSwitchScope } from '../kill-switch.store';
import { setMode } from '../number-mode.store';
import { changePermissions, listClaimed } from '../permission.store';
import { requireActivePolicy } from '../policy.store';
import { NOTHING_BEGUN, runOrder } from './run-order';
import type { BegunBefore, OrderBy, OrderResult } from './run-order';

/** These orders are never without a reason. */
type ReasonedBy = OrderBy & { readonly reason: string };

/**
 * Sets the mode of a number by a person's word, or lets the policy decide it again. It holds for every message from the
 * answer on; what had begun before is waited for and named.
 */
export async function setNumberMode(
  pool: TransactionalDatabase,
  order: ReasonedBy & {
    readonly phoneNumberId: string;
    /** Null = as the policy says. */
    readonly mode: NumberMode | null;
  },
): Promise<
  OrderResult<
    BegunBefore & { readonly id: string; readonly mode: NumberMode; readonly mode_chosen_by: string | null },
    'number_not_found'
  >
> {
  const { phoneNumberId: id, mode: chosen, actor } = order;
  return await runOrder(
    pool,
    { ...order, kind: 'set_number_mode', arguments: { number_id: id, mode: chosen } },
    async (client) => {
      const { policy } = await requireActivePolicy(client);
      await changePermissions(client);
      const mode = chosen ?? modeOfNumber(policy, id);
      const isKnown = await setMode(client, { ...order, mode, followsPolicy: chosen === null });
      if (!isKnown) return { kind: 'refused', refusal: 'number_not_found' };
      return {
        kind: 'done',
        target: { kind: 'number', id },
        answer: { id, mode, mode_chosen_by: chosen === null ? null : actor, ...NOTHING_BEGUN },
        waitsFor: mode === 'live' ? [] : await listClaimed(client, { phoneNumberId: id }),
      };
    },
  );
}

/** Throws a kill switch: no automated message that it covers begins after the answer. */
export async function throwKillSwitch(
  pool: TransactionalDatabase,
  order: ReasonedBy & { readonly scope: KillSwitchScope; readonly target: string },
): Promise<OrderResult<BegunBefore & { readonly id: number; readonly is_new: boolean }, never>> {
  const { scope, target } = order;
  return await runOrder(
    pool,
    { ...order, kind: 'throw_kill_switch', arguments: { scope, target } },
    async (client) => {
      await changePermissions(client);
      const { id, isNew } = await throwSwitch(client, order);
      return {
        kind: 'done',
        target: { kind: 'kill_switch', id: String(id) },
        answer: { id, is_new: isNew, ...NOTHING_BEGUN },
        waitsFor: await listClaimed(client, coveredBy(order)),
      };
    },
  );
}

function coveredBy(order: {
  readonly scope: KillSwitchScope;
  readonly target: string;
}): Parameters<typeof listClaimed>[1] {
  if (order.scope === 'everything') return {};
  return order.scope === 'number' ? { phoneNumberId: order.target } : { rule: order.target };
}

/** Releases a kill switch: what it had refused stays refused, what comes from now on is judged without it. */
export async function releaseKillSwitch(
  pool: TransactionalDatabase,
  order: ReasonedBy & { readonly id: number },
): Promise<OrderResult<{ readonly id: number }, 'kill_switch_not_found'>> {
  const { id } = order;
  return await runOrder(
    pool,
    { ...order, kind: 'release_kill_switch', arguments: { id } },
    async (client) => {
      await changePermissions(client);
      if (!(await releaseSwitch(client, order))) return { kind: 'refused', refusal: 'kill_switch_not_found' };
      return { kind: 'done', target: { kind: 'kill_switch', id: String(id) }, answer: { id } };
    },
  );
}
