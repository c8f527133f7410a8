import type { Database } from '../../platform/database';
import { requestLook } from '../../store/look.store';
import { changeOwner } from '../../store/owner.store';
import type { Assignment, StoredItem } from './item';
import { assignEvent } from './assign-event';
import { eventOf, ownPhones } from './event-facts';
import { insertMessage } from './insert-message';
import { saidAtMs } from './message-facts';
import { findOrCreateBuyer, findOrCreateConversation, identifiersOf } from './people';
import type { Identifier } from './people';
import { storedMessageSchema } from './webhook.schema';
import type { StoredMessage } from './webhook.schema';

/** Gives a buyer's message its buyer and conversation, both made if new, and tells that there is something to look at. */
export async function assignMessage(client: Database, item: StoredItem): Promise<Assignment> {
  const stored = storedMessageSchema.parse(item.raw);
  const { message, contact } = stored;
  const identifiers = identifiersOf([
    message.from_user_id,
    contact?.user_id,
    message.from_parent_user_id,
    contact?.parent_user_id,
    message.from,
    contact?.wa_id,
    ...ownPhones(message),
  ]);
  const place = await findPlace(client, item, { stored, identifiers });
  if (place === null) return { kind: 'set-aside', error: 'no_sender' };
  const { conversationId } = place;
  const facts = eventOf(message);
  const said = { item, message, conversationId, author: 'buyer' } as const;
  const isNew =
    facts === null
      ? await insertMessage(client, { ...said, direction: 'inbound', isImported: false })
      : await assignEvent(client, { ...said, facts });
  return await toldToLook(client, place, isNew);
}

/** An echo is an agent writing on the phone app: a human message that takes over at once. Never an inbound message. */
export async function assignEcho(client: Database, item: StoredItem): Promise<Assignment> {
  const stored = storedMessageSchema.parse(item.raw);
  const { message } = stored;
  const identifiers = identifiersOf([message.to_user_id, message.to_parent_user_id, message.to]);
  const place = await findPlace(client, item, { stored, identifiers });
  if (place === null) return { kind: 'set-aside', error: 'no_recipient' };
  const { conversationId } = place;
  const facts = eventOf(message);
  const said = { item, message, conversationId, author: 'phone' } as const;
  if (facts !== null) await assignEvent(client, { ...said, facts });
  // Whoever changes or takes back a message on the phone is at the phone as well.
  const isNew =
    facts === null
      ? await insertMessage(client, { ...said, direction: 'outbound', isImported: false })
      : facts.kind !== 'notice';
  if (isNew) await changeOwner(client, { conversationId, owner: 'phone', reasonCode: 'owner.phone_echo' });
  return await toldToLook(client, place, isNew);
}

type Place = { readonly conversationId: string; readonly lookAt: readonly string[] };

async function findPlace(
  client: Database,
  item: StoredItem,
  given: { readonly stored: StoredMessage; readonly identifiers: readonly Identifier[] },
): Promise<Place | null> {
  const { stored, identifiers } = given;
  if (identifiers.length === 0 || item.phone_number_id === null) return null;
  const { buyerId, lookAt } = await findOrCreateBuyer(client, {
    identifiers,
    displayName: stored.contact?.profile?.name ?? null,
    atMs: saidAtMs(stored.message, item.captured_at.getTime()),
    webhookItemId: item.id,
  });
  const conversationId = await findOrCreateConversation(client, {
    phoneNumberId: item.phone_number_id,
    displayPhoneNumber: stored.display_phone_number,
    buyerId,
  });
  return { conversationId, lookAt };
}

async function toldToLook(client: Database, place: Place, isWanted: boolean): Promise<Assignment> {
  if (!isWanted) return { kind: 'assigned', lookAt: place.lookAt };
  await requestLook(client, place.conversationId);
  return { kind: 'assigned', lookAt: [...place.lookAt, place.conversationId] };
}
