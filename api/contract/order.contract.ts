import { z } from 'zod';
import { ORDER_KINDS } from '../../store/commands/order-kinds';
import type { OrderKind } from '../../store/commands/order-kinds';
import { id, instant } from './values.contract';

/** What the answer to every order begins with that is not about one conversation. */
export function orderAnswer(kind: OrderKind) {
  return z.strictObject({
    command_id: id.describe('of its row in the audit log'),
    kind: z.enum(ORDER_KINDS).meta({ examples: [kind] }),
    outcome: z.literal('done'),
    repeated: z.boolean().describe('true = this key was answered before, with this answer'),
    done_at: instant,
  });
}
