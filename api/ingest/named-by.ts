import type { Identifier } from '../../domain/identity/holder.decide';
import { ownPhones } from './event-facts';
import { identifiersOf } from './identifiers';
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

/** Everything that names the buyer whom somebody wrote to for us. */
export function recipientsOf(message: WebhookMessage): Identifier[] {
  return identifiersOf([message.to_user_id, message.to_parent_user_id, message.to]);
}

/** Everything that names the buyer of a message of the past. */
export function counterpartOf({ message, thread }: StoredHistory, isOurs: boolean): Identifier[] {
  const { context, id } = thread ?? {};
  const ofThread = [context?.user_id, context?.parent_user_id, context?.wa_id, id];
  const ofMessage = isOurs
    ? [message.to_user_id, message.to_parent_user_id, message.to]
    : [message.from_user_id, message.from_parent_user_id, message.from];
  return identifiersOf([...ofThread, ...ofMessage]);
}

/** Whether a message of the past is ours; Meta writes our number with or without dashes. */
export function isOurs({ message, display_phone_number: ourNumber }: StoredHistory): boolean {
  return digitsOf(message.from) !== '' && digitsOf(message.from) === digitsOf(ourNumber);
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
    return { identifiers: counterpartOf(stored, isOurs(stored)), atMs: atMs(stored.message) };
  }
  if (item.kind !== 'message' && item.kind !== 'echo' && item.kind !== 'identity_change') return null;
  const stored = storedMessageSchema.parse(item.raw);
  return { identifiers: ofMessageItem(item.kind, stored), atMs: atMs(stored.message) };
}

function ofMessageItem(kind: 'message' | 'echo' | 'identity_change', stored: StoredMessage): Identifier[] {
  if (kind === 'message') return sendersOf(stored);
  if (kind === 'echo') return recipientsOf(stored.message);
  const { before, after } = identifiersOfChange(stored.message);
  return [...after, ...before];
}
