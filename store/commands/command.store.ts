import { firstRow, onlyRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import type { CommandAnswer, CommandRequest, RefusalAnswer, SendUnderWay } from './command.types';

/** An answer as stored; `waits_for` names the sends whose end it still waits for. */
export type StoredAnswer = (CommandAnswer & { readonly waits_for?: readonly string[] }) | RefusalAnswer;

/** One row of the audit log. */
export type StoredCommand = {
  id: string;
  conversation_id: string;
  kind: string;
  arguments: unknown;
  reason: string | null;
  answer: StoredAnswer;
};

/** The command that was given under this key before, or null. */
export async function findCommand(client: Database, idempotencyKey: string): Promise<StoredCommand | null> {
  return firstRow(
    await client.query<StoredCommand>(
      'select id, conversation_id, kind, arguments, reason, answer from command where idempotency_key = $1',
      [idempotencyKey],
    ),
  );
}

/** Writes the audit row; false when another command took the key meanwhile. */
export async function insertCommand(
  client: Database,
  request: CommandRequest,
  answer: StoredAnswer,
): Promise<boolean> {
  const result = await client.query(
    `insert into command (id, conversation_id, kind, actor, is_verified, idempotency_key, arguments, reason, outcome, answer)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (idempotency_key) do nothing`,
    [
      answer.command_id,
      request.conversationId,
      request.kind,
      request.actor,
      request.isVerified,
      request.idempotencyKey,
      JSON.stringify(request.arguments),
      request.reason ?? null,
      answer.outcome,
      JSON.stringify(answer),
    ],
  );
  return result.rowCount === 1;
}

/** Completes an answer that waited for sends under way. The first completion holds and is returned to everybody. */
export async function completeAnswer<Answer = CommandAnswer>(
  database: Database,
  commandId: string,
  found: { readonly under_way: readonly SendUnderWay[]; readonly left_before: readonly SendUnderWay[] },
): Promise<Answer> {
  const updated = await database.query<{ answer: Answer }>(
    `update command set answer = (answer - 'waits_for') || $2::jsonb where id = $1 and answer ? 'waits_for' returning answer`,
    [commandId, JSON.stringify(found)],
  );
  const row = firstRow(updated);
  if (row !== null) return row.answer;
  return onlyRow(
    await database.query<{ answer: Answer }>('select answer from command where id = $1', [commandId]),
  ).answer;
}

/** A conversation and a join whose log shows an order that is not about the conversation alone. */
export type ShownWith = { readonly conversationId: string | null; readonly buyerJoinId: number };

type EarlierOrder<Answer> = { kind: string; arguments: unknown; reason: string | null; answer: Answer };

/** The order that was given under this key before, or null; `kind` tells whether it was one of this form. */
export async function findOrder<Answer>(
  client: Database,
  idempotencyKey: string,
): Promise<EarlierOrder<Answer> | null> {
  return firstRow(
    await client.query<EarlierOrder<Answer>>(
      'select kind, arguments, reason, answer from command where idempotency_key = $1',
      [idempotencyKey],
    ),
  );
}

/** Writes the audit row of an order that is no command; false when another took the key meanwhile. */
export async function insertOrder(
  client: Database,
  order: {
    readonly kind: string;
    readonly actor: string;
    readonly idempotencyKey: string;
    readonly arguments: unknown;
    readonly reason: string | null;
  },
  ended: {
    readonly target: { readonly kind: string; readonly id: string } | null;
    readonly answer: { readonly command_id: string; readonly outcome: 'done' | 'refused' };
    readonly shownWith?: ShownWith;
  },
): Promise<boolean> {
  const result = await client.query(
    `insert into command (id, target_kind, target_id, kind, actor, is_verified, idempotency_key, arguments, reason, outcome,
        answer, conversation_id, buyer_join_id)
     values ($1, $2, $3, $4, $5, true, $6, $7, $8, $9, $10, $11, $12)
     on conflict (idempotency_key) do nothing`,
    [
      ended.answer.command_id,
      ended.target?.kind,
      ended.target?.id,
      order.kind,
      order.actor,
      order.idempotencyKey,
      JSON.stringify(order.arguments),
      order.reason,
      ended.answer.outcome,
      JSON.stringify(ended.answer),
      ended.shownWith?.conversationId,
      ended.shownWith?.buyerJoinId,
    ],
  );
  return result.rowCount === 1;
}
