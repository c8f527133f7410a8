import type { Identifier } from '../../domain/identity/holder.decide';
import type { Database } from '../../platform/database';
import { requestLook } from '../../store/look.store';
import { sentAtOf } from './insert-message';
import type { Assignment, StoredItem } from './item';
import { saidAtMs } from './message-facts';
import { findOrCreateBuyer } from './find-buyer';
import { findOrCreateConversation } from './people';
import type { StoredMessage, WebhookMessage } from './webhook.schema';

/** The conversation of an item, its lock held, and others that must look because buyers were joined for it. */
export type Place = { readonly conversationId: string; readonly lookAt: readonly string[] };

/** Finds buyer and conversation of an item, both made if new; null when nothing tells whose it is. */
export async function findPlace(
  client: Database,
  item: StoredItem,
  given: { readonly stored: StoredMessage; readonly identifiers: readonly Identifier[] },
): Promise<Place | null> {
  const { stored, identifiers } = given;
  if (identifiers.length === 0 || item.phone_number_id === null) return null;
  const { buyerId, lookAt } = await findOrCreateBuyer(client, {
    identifiers,
    displayName: stored.contact?.profile?.name ?? null,
    username: stored.contact?.profile?.username,
    atMs: saidAtMs(stored.message, item.captured_at.getTime()),
    webhookItemId: item.id,
  });
  const conversationId = await findOrCreateConversation(client, {
    phoneNumberId: item.phone_number_id,
    displayPhoneNumber: stored.display_phone_number,
    wabaId: stored.account_id ?? null,
    buyerId,
  });
  return { conversationId, lookAt };
}

/** Tells the conversation of an item to look, if something came of the item. */
export async function toldToLook(client: Database, place: Place, isWanted: boolean): Promise<Assignment> {
  if (!isWanted) return { kind: 'assigned', lookAt: place.lookAt };
  await requestLook(client, place.conversationId);
  return { kind: 'assigned', lookAt: [...place.lookAt, place.conversationId] };
}

/** When a message counts as sent: the last moment of WhatsApp's second that lies before its capture. */
export function sentAtMs(item: StoredItem, message: WebhookMessage): number {
  return sentAtOf(message, item.captured_at).getTime();
}
