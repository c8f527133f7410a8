import { inTransaction } from '../../platform/database';
import type { TransactionalDatabase } from '../../platform/database';
import { findResumption, lookAtHeldSends, resumeChannels } from '../channel.store';
import { isNumber } from '../number.store';

/** What became of the order to let a number go on. */
export type Resumption = 'done' | 'number_not_found' | 'number_not_held' | 'idempotency_key_reused';

type Order = {
  readonly phoneNumberId: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly idempotencyKey: string;
};

/**
 * Lets a number send again that was stopped or slowed, by its own refusals or by those of the whole app; once for each key.
 * What had waited is judged again by the gate; workflows that cannot be told now find it by themselves within the hour.
 */
export async function resumeNumber(pool: TransactionalDatabase, order: Order): Promise<Resumption> {
  if (!(await isNumber(pool, order.phoneNumberId))) return 'number_not_found';
  const resumed = await inTransaction(pool, async (client) => {
    const earlier = await findResumption(client, order.idempotencyKey);
    return earlier ?? (await resumeChannels(client, order));
  });
  if (typeof resumed === 'string') return resumed === order.phoneNumberId ? 'done' : 'idempotency_key_reused';
  if (resumed.length === 0) return 'number_not_held';
  await inTransaction(pool, (client) => lookAtHeldSends(client, resumed));
  return 'done';
}
