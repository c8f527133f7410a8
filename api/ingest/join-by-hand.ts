import { randomUUID } from 'node:crypto';
import { firstRow, inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import type { Identifier } from '../../domain/identity/holder.decide';
import { lockIdentifiers } from '../../store/buyer-identity.store';
import { joinBuyers } from './join-buyers';
import { byAge } from './join-people';

/** A person's word that two buyers are one person. */
type JoinRequest = {
  readonly buyerIds: readonly [string, string];
  readonly actor: string;
  /** Unique over all callers and commands. */
  readonly idempotencyKey: string;
  readonly reason: string;
};

/** What became of an order, in the form in which it travels and is kept. */
type JoinAnswer = {
  readonly command_id: string;
  readonly kind: 'join_buyers';
  readonly join_id: number;
  readonly joined_at: string;
  readonly buyer_id: string;
  readonly joined_buyer_id: string;
  readonly is_conflict: boolean;
  readonly conversation_ids: readonly string[];
};

export type JoinResult =
  | {
      readonly kind: 'done';
      readonly isRepeated: boolean;
      readonly answer: JoinAnswer;
      readonly lookAt: readonly string[];
    }
  | {
      readonly kind: 'refused';
      readonly refusal: 'buyer_not_found' | 'same_buyer' | 'buyer_joined' | 'idempotency_key_reused';
      /** The buyer who goes on in the place of one that was named. */
      readonly joinedInto?: string;
    };

/** Another command took the key at the same moment. */
class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

/**
 * Makes one buyer of two at a person's word, by the same transaction as evidence does, so that it can be undone in the
 * same way. It outweighs an undo: that the two were told apart by mistake is mended by it.
 */
export async function joinByHand(database: TransactionalDatabase, request: JoinRequest): Promise<JoinResult> {
  try {
    return await inTransaction(database, (client) => joinUnderLocks(client, request));
  } catch (error) {
    if (!(error instanceof KeyTaken)) throw error;
    return { kind: 'refused', refusal: 'idempotency_key_reused' };
  }
}

async function joinUnderLocks(client: Database, request: JoinRequest): Promise<JoinResult> {
  const { buyerIds } = request;
  const named = await client.query<Identifier>(
    `select distinct kind, value from buyer_identity where buyer_id = any($1) and kind <> 'username'`,
    [buyerIds],
  );
  // Identifiers, then buyers: the order in which evidence takes these locks.
  await lockIdentifiers(client, named.rows);
  const { rows } = await client.query<{ id: string; joined_into: string | null }>(
    'select id, joined_into from buyer where id = any($1) order by id for update',
    [buyerIds],
  );
  const earlier = await findEarlier(client, request);
  if (earlier !== null) return earlier;
  if (buyerIds[0] === buyerIds[1]) return { kind: 'refused', refusal: 'same_buyer' };
  if (rows.length < buyerIds.length) return { kind: 'refused', refusal: 'buyer_not_found' };
  const joinedInto = rows.map((row) => row.joined_into).find((id) => id !== null);
  if (joinedInto !== undefined)
    return buyerIds.includes(joinedInto)
      ? { kind: 'refused', refusal: 'same_buyer' }
      : { kind: 'refused', refusal: 'buyer_joined', joinedInto };
  const [survivingId, joinedId] = await byAge(client, ...buyerIds);
  const lookAt = await joinBuyers(client, { survivingId, joinedId, webhookItemId: null });
  return { kind: 'done', isRepeated: false, answer: await record(client, request, survivingId), lookAt };
}

/** The same key is told the same. */
async function findEarlier(client: Database, request: JoinRequest): Promise<JoinResult | null> {
  const found = firstRow(
    await client.query<{
      kind: string;
      arguments: { buyer_ids?: string[] };
      reason: string | null;
      answer: JoinAnswer;
    }>('select kind, arguments, reason, answer from command where idempotency_key = $1', [
      request.idempotencyKey,
    ]),
  );
  if (found === null) return null;
  const isSame =
    found.kind === 'join_buyers' &&
    found.reason === request.reason &&
    sorted(found.arguments.buyer_ids) === sorted(request.buyerIds);
  return isSame
    ? { kind: 'done', isRepeated: true, answer: found.answer, lookAt: [] }
    : { kind: 'refused', refusal: 'idempotency_key_reused' };
}

function sorted(ids: readonly string[] | undefined): string {
  return [...(ids ?? [])].sort().join();
}

type JoinedRow = { id: number; joined_buyer_id: string; is_conflict: boolean; joined_at: Date };

/** The order stands in the audit log; its verdict stands with every conversation, as that of any join. */
async function record(client: Database, request: JoinRequest, survivingId: string): Promise<JoinAnswer> {
  const [join] = (
    await client.query<JoinedRow>(
      `select id, joined_buyer_id, is_conflict, joined_at from buyer_join
        where surviving_buyer_id = $1 order by id desc limit 1`,
      [survivingId],
    )
  ).rows;
  if (join === undefined) throw new Error('two buyers were just joined');
  const living = await client.query<{ id: string }>(
    'select id from conversation where buyer_id = $1 and merged_into is null order by created_at, id',
    [survivingId],
  );
  const answer: JoinAnswer = {
    command_id: randomUUID(),
    kind: 'join_buyers',
    join_id: join.id,
    joined_at: join.joined_at.toISOString(),
    buyer_id: survivingId,
    joined_buyer_id: join.joined_buyer_id,
    is_conflict: join.is_conflict,
    conversation_ids: living.rows.map(({ id }) => id),
  };
  const inserted = await client.query(
    `insert into command (id, conversation_id, buyer_join_id, kind, actor, is_verified, idempotency_key, arguments, reason,
        outcome, answer)
     values ($1, $2, $3, 'join_buyers', $4, true, $5, $6, $7, 'done', $8)
     on conflict (idempotency_key) do nothing`,
    [
      answer.command_id,
      answer.conversation_ids[0] ?? null,
      join.id,
      request.actor,
      request.idempotencyKey,
      JSON.stringify({ buyer_ids: request.buyerIds }),
      request.reason,
      JSON.stringify(answer),
    ],
  );
  if (inserted.rowCount === 0) throw new KeyTaken('by another command');
  return answer;
}
