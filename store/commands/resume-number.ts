import { inTransaction } from '../../platform/database';
import type { TransactionalDatabase } from '../../platform/database';
import { lookAtHeldSends, resumeChannels } from '../channel.store';
import { isNumber } from '../number.store';
import { runOrder } from './run-order';
import type { OrderBy, OrderResult } from './run-order';

/**
 * Lets a number send again that was stopped or slowed, by its own refusals or by those of the whole app. What had waited
 * is judged again by the gate; workflows that cannot be told now find it by themselves within the hour.
 */
export async function resumeNumber(
  pool: TransactionalDatabase,
  order: OrderBy & { readonly phoneNumberId: string },
): Promise<OrderResult<{ readonly id: string }, 'number_not_found' | 'number_not_held'>> {
  const { phoneNumberId: id } = order;
  let scopes: readonly string[] = [];
  const result = await runOrder(
    pool,
    { ...order, kind: 'resume_number', arguments: { number_id: id } },
    async (client) => {
      if (!(await isNumber(client, id))) return { kind: 'refused', refusal: 'number_not_found' };
      scopes = await resumeChannels(client, order);
      if (scopes.length === 0) return { kind: 'refused', refusal: 'number_not_held' };
      return { kind: 'done', target: { kind: 'number', id }, answer: { id } };
    },
  );
  if (result.kind === 'done' && !result.isRepeated)
    await inTransaction(pool, (client) => lookAtHeldSends(client, scopes));
  return result;
}
