import { onlyRow } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { lockIdentifiersOf } from '../../store/buyer-identity.store';
import { runOrder } from '../../store/commands/run-order';
import type { OrderBy, OrderResult } from '../../store/commands/run-order';
import { joinBuyers } from './join-buyers';
import { byAge } from './join-people';

/** A person's word that two buyers are one person. */
type JoinRequest = OrderBy & { readonly buyerIds: readonly [string, string] };

/** What became of an order, in the form in which it travels and is kept. */
type Joined = {
  readonly join_id: number;
  readonly joined_at: string;
  readonly buyer_id: string;
  readonly joined_buyer_id: string;
  readonly is_conflict: boolean;
  readonly conversation_ids: readonly string[];
};

type Refusal = 'buyer_not_found' | 'same_buyer' | 'buyer_joined';

/**
 * Makes one buyer of two at a person's word, by the same transaction as evidence does, so that it can be undone in the
 * same way. It outweighs an undo: that the two were told apart by mistake is mended by it. Gives the conversations whose
 * workflows must look as well.
 */
export async function joinByHand(
  database: TransactionalDatabase,
  request: JoinRequest,
): Promise<{ readonly result: OrderResult<Joined, Refusal>; readonly lookAt: readonly string[] }> {
  // In whatever order the two are named, it is the same order.
  const buyerIds = [...request.buyerIds].sort() as [string, string];
  let lookAt: readonly string[] = [];
  const order = { ...request, kind: 'join_buyers', arguments: { buyer_ids: buyerIds } } as const;
  const result = await runOrder<Joined, Refusal>(database, order, async (client) => {
    const refusal = await refuse(client, buyerIds);
    if (refusal !== null) return { kind: 'refused', ...refusal };
    const [survivingId, joinedId] = await byAge(client, ...buyerIds);
    const made = await joinBuyers(client, { survivingId, joinedId, webhookItemId: null });
    lookAt = made.lookAt;
    const answer = await describe(client, made.joinId);
    const [conversationId = null] = answer.conversation_ids;
    return {
      kind: 'done',
      target: { kind: 'buyer_join', id: String(answer.join_id) },
      answer,
      shownWith: { conversationId, buyerJoinId: answer.join_id },
    };
  });
  return { result, lookAt };
}

type Refused = { readonly refusal: Refusal; readonly details?: { readonly joined_into: string } };

/** Locks the two, and says why they cannot be joined; null = they can. */
async function refuse(client: Database, buyerIds: readonly [string, string]): Promise<Refused | null> {
  await lockIdentifiersOf(client, buyerIds);
  const { rows } = await client.query<{ id: string; joined_into: string | null }>(
    'select id, joined_into from buyer where id = any($1) order by id for update',
    [buyerIds],
  );
  if (buyerIds[0] === buyerIds[1]) return { refusal: 'same_buyer' };
  if (rows.length < buyerIds.length) return { refusal: 'buyer_not_found' };
  const joinedInto = rows.map((row) => row.joined_into).find((id) => id !== null);
  if (joinedInto === undefined) return null;
  // The buyer who goes on in the place of one that was named.
  return buyerIds.includes(joinedInto)
    ? { refusal: 'same_buyer' }
    : { refusal: 'buyer_joined', details: { joined_into: joinedInto } };
}

type JoinedRow = {
  surviving_buyer_id: string;
  joined_buyer_id: string;
  is_conflict: boolean;
  joined_at: Date;
};

/** A join that was just made; its verdict stands with every conversation, as that of any join. */
async function describe(client: Database, joinId: number): Promise<Joined> {
  const join = onlyRow(
    await client.query<JoinedRow>(
      'select surviving_buyer_id, joined_buyer_id, is_conflict, joined_at from buyer_join where id = $1',
      [joinId],
    ),
  );
  const living = await client.query<{ id: string }>(
    'select id from conversation where buyer_id = $1 and merged_into is null order by created_at, id',
    [join.surviving_buyer_id],
  );
  return {
    join_id: joinId,
    joined_at: join.joined_at.toISOString(),
    buyer_id: join.surviving_buyer_id,
    joined_buyer_id: join.joined_buyer_id,
    is_conflict: join.is_conflict,
    conversation_ids: living.rows.map(({ id }) => id),
  };
}
