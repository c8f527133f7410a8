import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { inTransaction, isDeadlock } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { completeAnswer, findOrder, insertOrder } from './command.store';
import type { ShownWith } from './command.store';
import type { SendUnderWay } from './command.types';
import type { OrderKind, OrderTarget } from './order-kinds';
import { UNDER_WAY_SETTINGS, waitForUnderWay } from './under-way';

/** The second try finds the order that took the key. */
const TRIES_MAX = 2;

/**
 * How often an order is begun when Postgres ends it in a deadlock, as others held its locks in another order. Nothing of it
 * has happened then. A person waits for the answer and Postgres needs a second to see a deadlock, so that it is given up
 * sooner than what came in by a webhook; the caller may order it again under the same key.
 */
const DEADLOCK_TRIES_MAX = 5;

/** Who orders, and why. */
export type OrderBy = {
  readonly actor: string;
  readonly reason: string | null;
  /** Unique over all callers; left out = an order of its own. */
  readonly idempotencyKey?: string;
};

/** A person's order that is not about one conversation; the arguments are all that tells it from another of its kind. */
type Order = OrderBy & {
  readonly kind: OrderKind;
  readonly arguments: Readonly<Record<string, unknown>>;
};

/** What carrying out an order came to. A refusal leaves nothing behind. */
type OrderOutcome<Answer, Refusal> =
  | {
      readonly kind: 'done';
      readonly target: OrderTarget;
      readonly answer: Answer;
      /** Sends that had begun before, whose end the answer waits for. */
      readonly waitsFor?: readonly string[];
      /** Whose log shows the order as well. */
      readonly shownWith?: ShownWith;
    }
  | Refused<Refusal>;

type Refused<Refusal> = {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  /** Further members of the refusal that help a program to react. */
  readonly details?: Readonly<Record<string, unknown>>;
};

type OrderWork<Answer, Refusal> = (client: Database) => Promise<OrderOutcome<Answer, Refusal>>;

/** What stands in the answer to every order. */
type OrderAnswer = {
  readonly command_id: string;
  readonly kind: Order['kind'];
  readonly outcome: 'done';
  readonly done_at: string;
};

export type OrderResult<Answer, Refusal> =
  | { readonly kind: 'done'; readonly isRepeated: boolean; readonly answer: OrderAnswer & Answer }
  | Refused<Refusal | 'idempotency_key_reused'>;

/** Automated messages that had begun before an order: not known to have ended, and those that left meanwhile. */
export type BegunBefore = {
  readonly under_way: readonly SendUnderWay[];
  readonly left_before: readonly SendUnderWay[];
};
export const NOTHING_BEGUN: BegunBefore = { under_way: [], left_before: [] };

type StoredOrderAnswer<Answer> = OrderAnswer & Answer & { readonly waits_for?: readonly string[] };

/** Another order took the key at the same moment; this one is rolled back. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

/**
 * Carries out an order in one transaction with its row in the audit log. Any number of calls with one key have one effect
 * and one answer; the same key with other arguments or another reason is refused. The work may begin several times, and is
 * committed once.
 */
export async function runOrder<Answer extends object, Refusal extends string>(
  pool: TransactionalDatabase,
  order: Order,
  work: OrderWork<Answer, Refusal>,
): Promise<OrderResult<Answer, Refusal>> {
  return await decideOnce(pool, order, (keyed) =>
    inTransaction(pool, (client) => decide(client, keyed, work)),
  );
}

/** The same for work that has transactions of its own, and may be done twice when two calls come at the same moment. */
export async function runRepeatableOrder<Answer extends object, Refusal extends string>(
  pool: TransactionalDatabase,
  order: Order,
  work: OrderWork<Answer, Refusal>,
): Promise<OrderResult<Answer, Refusal>> {
  return await decideOnce(pool, order, (keyed) => decide(pool, keyed, work));
}

async function decideOnce<Answer extends object, Refusal extends string>(
  pool: TransactionalDatabase,
  order: Order,
  attempt: (order: Keyed) => Promise<Decided<Answer, Refusal>>,
): Promise<OrderResult<Answer, Refusal>> {
  const keyed = { ...order, idempotencyKey: order.idempotencyKey ?? `request:${randomUUID()}` };
  for (let tries = 1; ; tries += 1) {
    try {
      const decided = await attempt(keyed);
      return decided.kind === 'refused' ? decided : await complete(pool, decided);
    } catch (error) {
      if (tries >= triesMax(error)) throw error;
    }
  }
}

/** How often an order is begun that failed like this. */
function triesMax(error: unknown): number {
  if (isDeadlock(error)) return DEADLOCK_TRIES_MAX;
  return error instanceof KeyTaken ? TRIES_MAX : 1;
}

type Keyed = Order & { readonly idempotencyKey: string };
type Decided<Answer, Refusal> =
  | { readonly kind: 'done'; readonly isRepeated: boolean; readonly answer: StoredOrderAnswer<Answer> }
  | Refused<Refusal | 'idempotency_key_reused'>;

async function decide<Answer extends object, Refusal extends string>(
  client: Database,
  order: Keyed,
  work: OrderWork<Answer, Refusal>,
): Promise<Decided<Answer, Refusal>> {
  // Another try under this key is waited for: what it did must not look to this one as if somebody else had done it.
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `order:${order.idempotencyKey}`,
  ]);
  const earlier = await findOrder<StoredOrderAnswer<Answer>>(client, order.idempotencyKey);
  if (earlier !== null) {
    const given: unknown = JSON.parse(JSON.stringify(order.arguments));
    const isSame =
      earlier.kind === order.kind &&
      earlier.reason === order.reason &&
      isDeepStrictEqual(earlier.arguments, given);
    return isSame
      ? { kind: 'done', isRepeated: true, answer: earlier.answer }
      : { kind: 'refused', refusal: 'idempotency_key_reused' };
  }
  const outcome = await work(client);
  if (outcome.kind === 'refused') return outcome;
  const answer: StoredOrderAnswer<Answer> = {
    command_id: randomUUID(),
    kind: order.kind,
    outcome: 'done',
    done_at: new Date().toISOString(),
    ...outcome.answer,
    ...(outcome.waitsFor === undefined || outcome.waitsFor.length === 0
      ? {}
      : { waits_for: outcome.waitsFor }),
  };
  const isWritten = await insertOrder(client, order, { ...outcome, answer });
  if (!isWritten) throw new KeyTaken('by another order');
  return { kind: 'done', isRepeated: false, answer };
}

async function complete<Answer extends object, Refusal>(
  pool: TransactionalDatabase,
  decided: Extract<Decided<Answer, Refusal>, { kind: 'done' }>,
): Promise<OrderResult<Answer, Refusal>> {
  const { waits_for: waitsFor } = decided.answer;
  if (waitsFor === undefined) return decided;
  // A repeat waits as well: the promise about sends under way is part of the answer.
  const found = await waitForUnderWay(pool, waitsFor, UNDER_WAY_SETTINGS);
  const answer = await completeAnswer<OrderAnswer & Answer>(pool, decided.answer.command_id, found);
  return { ...decided, answer };
}
