import type { Identifier } from '../../domain/identity/holder.decide';
import { ownPhones } from './event-facts';
import { identifiersOf } from './identifiers';
import { STANDBY } from './item';
import type { StoredItem } from './item';
import { digitsOf, saidAtMs } from './message-facts';
import { storedHistorySchema, storedMessageSchema, storedPreferenceSchema } from './webhook.schema';
import type { StoredHistory, StoredMessage, WebhookMessage } from './webhook.schema';

/** Everything that names the buyer who wrote a message. */
export function sendersOf({ message, contact }: StoredMessage): Identifier[] {
  return identifiersOf([
    message.from_user_id,
    contact?.user_id,
    message.from_parent_user_id,
    contact?.parent_user_id,
    message.from,
    contact?.wa_id,
    ...ownPhones(message),
  ]);
}

/** Whom a message of ours went to. */
export function recipientsOf(message: WebhookMessage): Identifier[] {
  return identifiersOf([message.to_user_id, message.to_parent_user_id, message.to]);
}

/** Everything that names the buyer of a message of the past. */
export function counterpartOf(stored: StoredHistory): Identifier[] {
  const { message, thread } = stored;
  const { context, id } = thread ?? {};
  const ofThread = [context?.user_id, context?.parent_user_id, context?.wa_id, id];
  const ofMessage = isFromUs(stored)
    ? [message.to_user_id, message.to_parent_user_id, message.to]
    : [message.from_user_id, message.from_parent_user_id, message.from];
  return identifiersOf([...ofThread, ...ofMessage]);
}

/** Whether our own number sent it. */
export function isFromUs({ message, display_phone_number: ourNumber }: StoredMessage): boolean {
  const from = digitsOf(message.from);
  return from !== '' && from === digitsOf(ourNumber);
}

/** The identifiers of a buyer before and after a change. */
export function identifiersOfChange(message: WebhookMessage): { before: Identifier[]; after: Identifier[] } {
  const system = message.system ?? {};
  return {
    before: identifiersOf([
      system.previous_user_id,
      system.previous_parent_user_id,
      message.from,
      system.customer,
    ]),
    after: identifiersOf([
      system.user_id,
      message.from_user_id,
      system.parent_user_id,
      message.from_parent_user_id,
      system.wa_id,
      system.new_wa_id,
    ]),
  };
}

/** Whom a stored item names, and when; null for kinds that name no buyer. */
export function namedBy(item: StoredItem): { identifiers: Identifier[]; atMs: number } | null {
  const atMs = (dated: { readonly timestamp?: unknown }): number =>
    saidAtMs(dated, item.captured_at.getTime());
  if (item.kind === 'preference') {
    const { preference } = storedPreferenceSchema.parse(item.raw);
    const { user_id: userId, parent_user_id: parentId, wa_id: waId } = preference;
    return { identifiers: identifiersOf([userId, parentId, waId]), atMs: atMs(preference) };
  }
  if (item.kind === 'history') {
    const stored = storedHistorySchema.parse(item.raw);
    return { identifiers: counterpartOf(stored), atMs: atMs(stored.message) };
  }
  if (item.kind !== 'message' && item.kind !== 'echo' && item.kind !== 'identity_change') return null;
  const stored = storedMessageSchema.parse(item.raw);
  return { identifiers: ofMessageItem(item, stored), atMs: atMs(stored.message) };
}

function ofMessageItem(item: StoredItem, stored: StoredMessage): Identifier[] {
  if (item.kind === 'identity_change') {
    const { before, after } = identifiersOfChange(stored.message);
    return [...after, ...before];
  }
  const isOurs = item.kind === 'echo' || (item.field === STANDBY && isFromUs(stored));
  return isOurs ? recipientsOf(stored.message) : sendersOf(stored);
}
