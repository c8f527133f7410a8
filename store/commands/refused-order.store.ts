import { randomUUID } from 'node:crypto';
import type { Database } from '../../platform/database';
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
  const { kind, refusal, target } = order;
  const answer = { command_id: id, kind, outcome: 'refused', refusal };
  await database.query(
    `insert into command (id, target_kind, target_id, kind, actor, is_verified, idempotency_key, arguments, reason, outcome, answer)
     values ($1, $2, $3, $4, $5, true, $6, $7, $8, 'refused', $9)`,
    [
      id,
      target?.kind,
      target?.id,
      kind,
      order.actor,
      `refused:${id}`,
      JSON.stringify(order.arguments),
      order.reason,
      JSON.stringify(answer),
    ],
  );
  return id;
}
