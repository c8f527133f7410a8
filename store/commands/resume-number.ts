import { inTransaction } from '../../platform/database';
import type { TransactionalDatabase } from '../../platform/database';
import { lookAtHeldSends, resumeChannels } from '../channel.store';
import { isNumber } from '../number.store';

/** What became of the order to let a number go on. */
export type Resumption = 'done' | 'number_not_found' | 'number_not_held';

/**
 * Lets a number send again that was stopped or slowed, by its own refusals or by those of the whole app. What had waited
 * is judged again by the gate; workflows that cannot be told now find it by themselves within the hour.
 */
export async function resumeNumber(
  pool: TransactionalDatabase,
  order: { readonly phoneNumberId: string; readonly actor: string; readonly reason: string | null },
): Promise<Resumption> {
  if (!(await isNumber(pool, order.phoneNumberId))) return 'number_not_found';
  const scopes = await inTransaction(pool, (client) => resumeChannels(client, order));
  if (scopes.length === 0) return 'number_not_held';
  await inTransaction(pool, (client) => lookAtHeldSends(client, scopes));
  return 'done';
}
