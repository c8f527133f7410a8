import type { TransactionalDatabase } from '../../platform/database';
import { addNeverAutomate, removeNeverAutomate } from '../never-automate.store';
import type { BuyerIdentifier } from '../never-automate.store';
import { runOrder } from './run-order';
import type { OrderBy, OrderResult } from './run-order';

type ReasonedBy = OrderBy & { readonly reason: string };

/** Puts a person on the list of those whom automation never writes to. */
export async function orderNeverAutomate(
  pool: TransactionalDatabase,
  order: ReasonedBy & { readonly whom: BuyerIdentifier },
): Promise<OrderResult<{ readonly id: number; readonly is_new: boolean }, never>> {
  return await runOrder(
    pool,
    { ...order, kind: 'add_never_automate', arguments: order.whom },
    async (client) => {
      const { id, isNew } = await addNeverAutomate(client, { ...order, ...order.whom });
      return {
        kind: 'done',
        target: { kind: 'never_automate', id: String(id) },
        answer: { id, is_new: isNew },
      };
    },
  );
}

/** Takes an entry off that list. */
export async function orderAutomationAgain(
  pool: TransactionalDatabase,
  order: ReasonedBy & { readonly id: number },
): Promise<OrderResult<{ readonly id: number }, 'never_automate_entry_not_found'>> {
  const { id } = order;
  return await runOrder(
    pool,
    { ...order, kind: 'remove_never_automate', arguments: { id } },
    async (client) => {
      if (!(await removeNeverAutomate(client, order)))
        return { kind: 'refused', refusal: 'never_automate_entry_not_found' };
      return { kind: 'done', target: { kind: 'never_automate', id: String(id) }, answer: { id } };
    },
  );
}
