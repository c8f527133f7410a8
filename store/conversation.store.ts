import type { FollowUpOverride } from '../domain/follow-up/follow-up.input';
import type { NumberMode, Owner } from '../domain/vocabulary';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** A conversation with its buyer and number, read under the locks of buyer and conversation. Times in unix ms. */
export type LockedConversation = {
  readonly id: string;
  readonly buyerId: string;
  readonly phoneNumberId: string;
  readonly mode: NumberMode;
  readonly owner: Owner;
  readonly ownerSinceMs: number;
  /** The newest thing a person did that decides about the owner. */
  readonly ownerAtMs: number | null;
  readonly epoch: number;
  readonly pausedUntilMs: number | null;
  readonly routeOverride: 'automation' | 'human' | null;
  readonly followUpRule: FollowUpOverride | null;
  readonly needsHuman: boolean;
  readonly reasonCode: string | null;
  readonly lastActivityAtMs: number;
  readonly isOptedOut: boolean;
  /** On the list of people whom automation never writes to, or marked so in HubSpot. */
  readonly isNeverAutomated: boolean;
  /** The first name that the phone app knows, else what buyers call themselves; a full name there may be a note of ours. */
  readonly displayName: string | null;
  readonly nowMs: number;
};

/**
 * Locks buyer, then conversation: the one order of all gates and commands. A plain read or `for share` would let two
 * of them pass at once. A conversation that was joined with another is answered by the one that goes on. Null when there
 * is no such conversation.
 */
export async function lockConversation(
  client: Database,
  conversationId: string,
): Promise<LockedConversation | null> {
  for (;;) {
    const place = await lockBuyerOf(client, conversationId);
    if (place === null) return null;
    const locked = await lockRow(client, place);
    // Else the conversation went over to another buyer while this one was waited for.
    if (locked !== null) return locked;
  }
}

type Place = { id: string; buyerId: string };

async function lockBuyerOf(client: Database, conversationId: string): Promise<Place | null> {
  return firstRow(
    await client.query<Place>(
      `select conversation.id, buyer.id as "buyerId"
         from conversation as named
         join conversation on conversation.id = coalesce(named.merged_into, named.id)
         join buyer on buyer.id = conversation.buyer_id
        where named.id = $1
          for update of buyer`,
      [conversationId],
    ),
  );
}

async function lockRow(client: Database, place: Place): Promise<LockedConversation | null> {
  return firstRow(
    await client.query<LockedConversation>(
      `select conversation.id,
              conversation.buyer_id as "buyerId",
              conversation.phone_number_id as "phoneNumberId",
              number.mode,
              conversation.owner,
              to_ms(conversation.owner_since) as "ownerSinceMs",
              to_ms(conversation.owner_at) as "ownerAtMs",
              conversation.epoch,
              to_ms(conversation.paused_until) as "pausedUntilMs",
              conversation.route_override as "routeOverride",
              conversation.follow_up_rule as "followUpRule",
              conversation.needs_human as "needsHuman",
              conversation.reason_code as "reasonCode",
              to_ms(conversation.last_activity_at) as "lastActivityAtMs",
              buyer.opted_out_at is not null as "isOptedOut",
              is_never_automated(
                array(select value from buyer_identity
                       where buyer_id = buyer.id and kind <> 'username' and valid_to is null),
                array(select contact_id from identity_link
                       where buyer_id = buyer.id and contact_id is not null and ended_at is null)) as "isNeverAutomated",
              coalesce((select first_name from phone_app_contact_of(buyer.id)), buyer.display_name) as "displayName",
              to_ms(clock_timestamp()) as "nowMs"
         from conversation
         join buyer on buyer.id = conversation.buyer_id
         join number on number.phone_number_id = conversation.phone_number_id
        where conversation.id = $1 and conversation.buyer_id = $2 and conversation.merged_into is null
          for update of conversation`,
      [place.id, place.buyerId],
    ),
  );
}

/** Locks the conversations of buyers that go on, in the order of their ids, after the buyers; gives their ids. */
export async function lockLiving(client: Database, buyerIds: readonly string[]): Promise<string[]> {
  const living = await client.query<{ id: string }>(
    'select id from conversation where buyer_id = any($1) and merged_into is null order by id for update',
    [buyerIds],
  );
  return living.rows.map((row) => row.id);
}

/** Notes what happens next, for screens and for operators. */
export async function setNextAction(
  client: Database,
  conversationId: string,
  next: { readonly kind: string; readonly atMs: number } | null,
): Promise<void> {
  await client.query(
    `update conversation set next_action_kind = $2, next_action_at = $3
      where id = $1 and (next_action_kind, next_action_at) is distinct from ($2, $3)`,
    [conversationId, next?.kind ?? null, next === null ? null : new Date(next.atMs)],
  );
}

/** The conversation a turn or follow-up belongs to. */
export async function findConversationOf(
  client: Database,
  table: 'turn' | 'follow_up' | 'send',
  id: string,
): Promise<string | null> {
  const found = await client.query<{ conversation_id: string }>(
    `select conversation_id from ${table} where id = $1`,
    [id],
  );
  return firstRow(found)?.conversation_id ?? null;
}
