import { isDeepStrictEqual } from 'node:util';
import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { lockConversation } from '../conversation.store';
import { applyCommand } from './apply-command';
import { completeAnswer, findCommand } from './command.store';
import type { StoredAnswer, StoredCommand } from './command.store';
import type { CommandRequest, CommandResult, RefusalCode } from './command.types';
import { UNDER_WAY_SETTINGS, waitForUnderWay } from './under-way';
import type { UnderWaySettings } from './under-way';

/** The second try finds the command that took the key. */
const TRIES_MAX = 2;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Decided =
  | { readonly kind: 'answered'; readonly isRepeated: boolean; readonly answer: StoredAnswer }
  | { readonly kind: 'unrecorded'; readonly refusal: RefusalCode };

/** A command on another conversation took the key at the same moment; this one is rolled back. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

/**
 * Carries out a person's order in one transaction of Postgres and answers from it; needs no worker and no Temporal.
 * Any number of calls with one key have one effect and one answer. When the answer comes, no automated message that
 * the order forbids can begin any more; what had begun before is waited for and named.
 */
export async function runCommand(
  pool: TransactionalDatabase,
  request: CommandRequest,
  settings: UnderWaySettings = UNDER_WAY_SETTINGS,
): Promise<CommandResult> {
  const decided = await decideOnce(pool, request);
  if (decided.kind === 'unrecorded')
    return { kind: 'refused', isRepeated: false, refusal: decided.refusal, answer: null };
  const { answer, isRepeated } = decided;
  if (answer.outcome === 'refused') return { kind: 'refused', isRepeated, refusal: answer.refusal, answer };
  if (answer.waits_for === undefined) return { kind: 'done', isRepeated, answer };
  // A repeat waits as well: the promise about sends under way is part of the answer.
  const found = await waitForUnderWay(pool, answer.waits_for, settings);
  return { kind: 'done', isRepeated, answer: await completeAnswer(pool, answer.command_id, found) };
}

async function decideOnce(pool: TransactionalDatabase, request: CommandRequest): Promise<Decided> {
  if (!UUID.test(request.conversationId)) return { kind: 'unrecorded', refusal: 'conversation_not_found' };
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(pool, (client) => decideUnderLock(client, request));
    } catch (error) {
      if (!(error instanceof KeyTaken) || tries === TRIES_MAX) throw error;
    }
  }
}

async function decideUnderLock(client: Database, request: CommandRequest): Promise<Decided> {
  const row = await lockConversation(client, request.conversationId);
  if (row === null) return { kind: 'unrecorded', refusal: 'conversation_not_found' };
  // A conversation that was joined with another is commanded under either id.
  const placed = { ...request, conversationId: row.id };
  const earlier = await findCommand(client, request.idempotencyKey);
  if (earlier !== null) return repeat(earlier, placed);
  const answer = await applyCommand(client, row, placed);
  if (answer === null) throw new KeyTaken('by a command on another conversation');
  return { kind: 'answered', isRepeated: false, answer };
}

function repeat(earlier: StoredCommand, request: CommandRequest): Decided {
  const given: unknown = JSON.parse(JSON.stringify(request.arguments));
  const isSame =
    earlier.conversation_id === request.conversationId.toLowerCase() &&
    earlier.kind === request.kind &&
    isDeepStrictEqual(earlier.arguments, given);
  return isSame
    ? { kind: 'answered', isRepeated: true, answer: earlier.answer }
    : { kind: 'unrecorded', refusal: 'idempotency_key_reused' };
}
