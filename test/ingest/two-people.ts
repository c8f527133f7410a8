import { recordLink } from '../../store/identity-link.store';
import type { IdentityLink } from '../../store/identity-link.store';
import { at, message, messages } from './bodies';
import type { Json } from './bodies';
import type { World } from './world';

export const PHONE = '447700900101';
export const USER = 'GB.13491208655302741918';

/** Two strangers so far, and the message that names both. */
export const byPhone = (more: Json = {}): Json => message({ from: PHONE, timestamp: at(1), ...more });
export const byUser = (more: Json = {}): Json => message({ from_user_id: USER, timestamp: at(2), ...more });
export const byBoth = (more: Json = {}): Json =>
  message({ from: PHONE, from_user_id: USER, timestamp: at(3), ...more });

export type Living = { id: string; buyer_id: string; phone_number_id: string };

/** The conversations that go on. */
export async function living(world: World): Promise<Living[]> {
  return world.rows<Living>(
    'select id, buyer_id, phone_number_id from conversation where merged_into is null order by phone_number_id, created_at',
  );
}

export async function buyers(world: World): Promise<{ id: string }[]> {
  return world.rows<{ id: string }>('select id from buyer where joined_into is null');
}

/** Two buyers who may prove to be one, each with a conversation. */
export async function twoStrangers(world: World): Promise<{ phone: Living; user: Living }> {
  await world.take(messages(byPhone()));
  await world.take(messages(byUser()));
  const [phone, user] = await living(world);
  if (phone === undefined || user === undefined) throw new Error('two conversations were expected');
  return { phone, user };
}

export async function link(world: World, buyerId: string, contactId: string | null): Promise<IdentityLink> {
  const outcome = {
    status: contactId === null ? 'unknown' : 'linked',
    contactId,
    companyId: null,
    dealId: null,
    confidence: 1,
    reasonCode: contactId === null ? 'identity.no_match' : 'identity.phone_exact',
    candidates: [],
  } as const;
  return await recordLink(world.pool, { buyerId, outcome, seenLinkId: null });
}
