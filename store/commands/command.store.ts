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
  answer: StoredAnswer;
};

/** The command that was given under this key before, or null. */
export async function findCommand(client: Database, idempotencyKey: string): Promise<StoredCommand | null> {
  return firstRow(
    await client.query<StoredCommand>(
      'select id, conversation_id, kind, arguments, answer from command where idempotency_key = $1',
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
export async function completeAnswer(
  database: Database,
  commandId: string,
  found: { readonly under_way: readonly SendUnderWay[]; readonly left_before: readonly SendUnderWay[] },
): Promise<CommandAnswer> {
  const updated = await database.query<{ answer: CommandAnswer }>(
    `update command set answer = (answer - 'waits_for') || $2::jsonb where id = $1 and answer ? 'waits_for' returning answer`,
    [commandId, JSON.stringify(found)],
  );
  const row = firstRow(updated);
  if (row !== null) return row.answer;
  return onlyRow(
    await database.query<{ answer: CommandAnswer }>('select answer from command where id = $1', [commandId]),
  ).answer;
}
