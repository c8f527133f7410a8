import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { requestLook } from '../../store/look.store';
import { changeOwner } from '../../store/owner.store';
import type { Assignment, StoredItem } from './item';
import { lastMomentMs, textOfMessage, timestampToMs } from './message-facts';
import {
  addIdentifiers,
  findBuyer,
  findOrCreateBuyer,
  findOrCreateConversation,
  identifiersOf,
  lockIdentifiers,
} from './people';
import { storedMessageSchema } from './webhook.schema';
import type { WebhookMessage } from './webhook.schema';

/** Gives a buyer's message its buyer and conversation, both made if new, and tells that there is something to look at. */
export async function assignMessage(client: Database, item: StoredItem): Promise<Assignment> {
  const { message, contact, display_phone_number } = storedMessageSchema.parse(item.raw);
  const identifiers = identifiersOf([
    message.from_user_id,
    contact?.user_id,
    message.from_parent_user_id,
    contact?.parent_user_id,
    message.from,
    contact?.wa_id,
  ]);
  if (identifiers.length === 0 || item.phone_number_id === null)
    return { kind: 'set-aside', error: 'no_sender' };
  await lockIdentifiers(client, identifiers);
  const buyerId = await findOrCreateBuyer(client, identifiers, contact?.profile?.name ?? null);
  const conversationId = await findOrCreateConversation(client, {
    phoneNumberId: item.phone_number_id,
    displayPhoneNumber: display_phone_number,
    buyerId,
  });
  const isNew = await insertMessage(client, item, {
    conversationId,
    message,
    direction: 'inbound',
    author: 'buyer',
  });
  if (isNew) await requestLook(client, conversationId);
  return { kind: 'assigned', conversationId };
}

/** An echo is an agent writing on the phone app: a human message that takes over at once. Never an inbound message. */
export async function assignEcho(client: Database, item: StoredItem): Promise<Assignment> {
  const { message, display_phone_number } = storedMessageSchema.parse(item.raw);
  const identifiers = identifiersOf([message.to_user_id, message.to_parent_user_id, message.to]);
  if (identifiers.length === 0 || item.phone_number_id === null)
    return { kind: 'set-aside', error: 'no_recipient' };
  await lockIdentifiers(client, identifiers);
  const buyerId = await findOrCreateBuyer(client, identifiers, null);
  const conversationId = await findOrCreateConversation(client, {
    phoneNumberId: item.phone_number_id,
    displayPhoneNumber: display_phone_number,
    buyerId,
  });
  const isNew = await insertMessage(client, item, {
    conversationId,
    message,
    direction: 'outbound',
    author: 'phone',
  });
  if (isNew) {
    await changeOwner(client, { conversationId, owner: 'phone', reasonCode: 'owner.phone_echo' });
    await requestLook(client, conversationId);
  }
  return { kind: 'assigned', conversationId };
}

/** Moves a buyer from old identifiers to new ones; the conversation stays the same. */
export async function assignIdentityChange(client: Database, item: StoredItem): Promise<Assignment> {
  const { message } = storedMessageSchema.parse(item.raw);
  const system = message.system ?? {};
  const before = identifiersOf([system.previous_user_id, system.previous_parent_user_id, message.from]);
  const after = identifiersOf([
    system.user_id,
    message.from_user_id,
    system.parent_user_id,
    message.from_parent_user_id,
    system.wa_id,
    system.new_wa_id,
  ]);
  await lockIdentifiers(client, [...before, ...after]);
  const buyerId = await findBuyer(client, [...before, ...after]);
  if (buyerId === null) return { kind: 'set-aside', error: 'unknown_buyer' };
  const isKept = (value: string): boolean => after.some((identifier) => identifier.value === value);
  const kindsChanged = new Set(after.map((identifier) => identifier.kind));
  const ended = before.filter((identifier) => kindsChanged.has(identifier.kind) && !isKept(identifier.value));
  await client.query(
    `update buyer_identity set valid_to = now()
      where buyer_id = $1 and valid_to is null and (kind, value) in (select * from unnest($2::text[], $3::text[]))`,
    [buyerId, ended.map((one) => one.kind), ended.map((one) => one.value)],
  );
  await addIdentifiers(client, buyerId, after);
  return { kind: 'assigned', conversationId: null };
}

async function insertMessage(
  client: Database,
  item: StoredItem,
  said: {
    readonly conversationId: string;
    readonly message: WebhookMessage;
    readonly direction: 'inbound' | 'outbound';
    readonly author: 'buyer' | 'phone';
  },
): Promise<boolean> {
  const { conversationId, message, direction, author } = said;
  const capturedAtMs = item.captured_at.getTime();
  const inserted = await client.query(
    `insert into message (conversation_id, direction, author, whatsapp_id, type, text, body, quoted_whatsapp_id, sent_at,
        captured_at, webhook_item_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (whatsapp_id) do nothing
     returning id`,
    [
      conversationId,
      direction,
      author,
      message.id,
      message.type,
      textOfMessage(message),
      JSON.stringify(message),
      message.context?.id ?? null,
      new Date(lastMomentMs(timestampToMs(message.timestamp, capturedAtMs) ?? capturedAtMs, capturedAtMs)),
      item.captured_at,
      item.id,
    ],
  );
  if (firstRow(inserted) === null) return false;
  await client.query(
    'update conversation set last_activity_at = greatest(last_activity_at, $2) where id = $1',
    [conversationId, item.captured_at],
  );
  return true;
}
