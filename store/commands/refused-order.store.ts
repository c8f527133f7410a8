import { randomUUID } from 'node:crypto';
import type { Database } from '../../platform/database';
import { insertOrder } from './command.store';
import type { AuditKind, OrderTarget } from './order-kinds';

/**
 * Writes the audit row of an order that was refused before anything could be kept under its key, so that the key stays
 * free. Gives the row's id.
 */
export async function insertRefusedOrder(
  database: Database,
  order: {
    readonly kind: AuditKind;
    readonly actor: string;
    readonly reason: string | null;
    readonly refusal: string;
    readonly arguments: object;
    /** Null = it would have made something, or what it names cannot be. */
    readonly target: OrderTarget | null;
  },
): Promise<string> {
  const id = randomUUID();
  const { refusal, target, ...given } = order;
  const answer = { command_id: id, kind: order.kind, outcome: 'refused', refusal } as const;
  await insertOrder(database, { ...given, idempotencyKey: `refused:${id}` }, { target, answer });
  return id;
}
