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

/** An order that nothing was written about: there is no conversation to write it to, or its key is taken. */
export type Unrecorded = {
  readonly kind: 'unrecorded';
  readonly refusal: RefusalCode;
  readonly problems?: readonly string[];
  /** When the order might be carried out. */
  readonly availableAtMs?: number;
};

type Decided =
  { readonly kind: 'answered'; readonly isRepeated: boolean; readonly answer: StoredAnswer } | Unrecorded;

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
  if (!UUID.test(request.conversationId))
    return { kind: 'refused', isRepeated: false, refusal: 'conversation_not_found', answer: null };
  return await runCommandIn(pool, () => Promise.resolve(request), { settings });
}

/** The same for an order whose conversation is only found, or made, in the transaction that carries it out. */
export async function runCommandIn(
  pool: TransactionalDatabase,
  prepare: (client: Database) => Promise<CommandRequest | Unrecorded>,
  how: { readonly settings?: UnderWaySettings; readonly transact?: typeof inTransaction } = {},
): Promise<CommandResult> {
  const { settings = UNDER_WAY_SETTINGS, transact = inTransaction } = how;
  const decided = await decideOnce((work) => transact(pool, work), prepare);
  if (decided.kind === 'unrecorded') return { ...decided, kind: 'refused', isRepeated: false, answer: null };
  const { answer, isRepeated } = decided;
  if (answer.outcome === 'refused') return { kind: 'refused', isRepeated, refusal: answer.refusal, answer };
  if (answer.waits_for === undefined) return { kind: 'done', isRepeated, answer };
  // A repeat waits as well: the promise about sends under way is part of the answer.
  const found = await waitForUnderWay(pool, answer.waits_for, settings);
  return { kind: 'done', isRepeated, answer: await completeAnswer(pool, answer.command_id, found) };
}

async function decideOnce(
  transact: (work: (client: Database) => Promise<Decided>) => Promise<Decided>,
  prepare: (client: Database) => Promise<CommandRequest | Unrecorded>,
): Promise<Decided> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transact(async (client) => {
        const prepared = await prepare(client);
        return prepared.kind === 'unrecorded' ? prepared : await decideUnderLock(client, prepared);
      });
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
    earlier.reason === (request.reason ?? null) &&
    isDeepStrictEqual(earlier.arguments, given);
  return isSame
    ? { kind: 'answered', isRepeated: true, answer: earlier.answer }
    : { kind: 'unrecorded', refusal: 'idempotency_key_reused' };
}
