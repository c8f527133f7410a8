import { joinBuyers } from '../../api/ingest/join-buyers';
import { undoJoin } from '../../api/ingest/undo-join';
import type { UndoResult } from '../../api/ingest/undo-join';
import { inTransaction } from '../../platform/database';
import { recordLink } from '../../store/identity-link.store';
import { at, message, messages } from './bodies';
import type { Json } from './bodies';
import type { World } from './world';

export const PHONE = '447700900101';
export const USER = 'GB.13491208655302741918';

export const byPhone = (more: Json = {}): Json => message({ from: PHONE, timestamp: at(1), ...more });
export const byUser = (more: Json = {}): Json => message({ from_user_id: USER, timestamp: at(2), ...more });
export const byBoth = (more: Json = {}): Json =>
  message({ from: PHONE, from_user_id: USER, timestamp: at(3), ...more });

export type Living = { id: string; buyer_id: string };

export async function living(world: World): Promise<Living[]> {
  return world.rows<Living>(
    'select id, buyer_id from conversation where merged_into is null order by created_at',
  );
}

/** Two buyers who may prove to be one, each with a conversation. */
export async function twoStrangers(world: World): Promise<{ phone: Living; user: Living }> {
  await world.take(messages(byPhone()));
  await world.take(messages(byUser()));
  const [phone, user] = await living(world);
  if (phone === undefined || user === undefined) throw new Error('two conversations were expected');
  return { phone, user };
}

/** Joins two buyers as an item would that names both, without the item. */
export async function join(world: World, phone: Living, user: Living): Promise<void> {
  const [item] = await world.rows<{ id: number }>('select id from webhook_item limit 1');
  await inTransaction(world.pool, async (client) => {
    await client.query('select 1 from buyer order by id for update');
    await joinBuyers(client, {
      survivingId: phone.buyer_id,
      joinedId: user.buyer_id,
      webhookItemId: item?.id ?? 0,
    });
  });
}

export async function lastJoin(world: World): Promise<number> {
  const [row] = await world.rows<{ id: number }>('select id from buyer_join order by id desc limit 1');
  return row?.id ?? 0;
}

let keys = 0;
/** Undoes a join, the newest one unless another is named, under a key of its own unless one is given. */
export async function undo(
  world: World,
  order: { readonly joinId?: number; readonly key?: string } = {},
): Promise<UndoResult> {
  keys += 1;
  return undoJoin(world.pool, {
    joinId: order.joinId ?? (await lastJoin(world)),
    actor: 'anna',
    idempotencyKey: order.key ?? `anna:${keys}`,
    reason: 'two sisters',
  });
}

export const refusalOf = (result: UndoResult): string =>
  result.kind === 'refused' ? result.refusal : result.kind;

export async function link(world: World, buyerId: string, contactId: string | null): Promise<void> {
  const outcome = {
    status: contactId === null ? 'unknown' : 'linked',
    contactId,
    companyId: null,
    dealId: null,
    confidence: 1,
    reasonCode: contactId === null ? 'identity.no_match' : 'identity.phone_exact',
    candidates: [],
  } as const;
  await recordLink(world.pool, { buyerId, outcome, seenLinkId: null });
}
