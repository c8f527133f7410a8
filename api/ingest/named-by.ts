import type { Identifier } from '../../domain/identity/holder.decide';
import { classifyIdentifier, searchVariants } from '../../domain/identity/identity.decide';
import { contactBy } from './contact-of';
import { ownPhones } from './event-facts';
import { identifiersOf } from './identifiers';
import { STANDBY } from './item';
import type { StoredItem } from './item';
import { digitsOf, saidAtMs } from './message-facts';
import { storedHistorySchema, storedMessageSchema, storedPreferenceSchema } from './webhook.schema';
import type {
  StoredHistory,
  StoredMessage,
  StoredPreference,
  WebhookContact,
  WebhookMessage,
  WebhookPreference,
} from './webhook.schema';

/** Everything that names the buyer who wrote a message, or whom WhatsApp reports something about. */
export function sendersOf({ message, contact }: StoredMessage): Identifier[] {
  const named = identifiersOf([
    message.from_user_id,
    contact?.user_id,
    message.from_parent_user_id,
    contact?.parent_user_id,
    message.from,
    contact?.wa_id,
    ...ownPhones(message),
  ]);
  return named.length === 0 ? reportedOf(message) : named;
}

/** Whom a new key is of, where the report names nobody as its sender; any other report may name more people than one. */
function reportedOf({ system }: WebhookMessage): Identifier[] {
  if (system?.type !== 'customer_identity_changed') return [];
  return identifiersOf([system.user_id, system.parent_user_id, system.customer, system.wa_id]);
}

/** Whom a message of ours went to. */
export function recipientsOf({ message, contact }: Pick<StoredMessage, 'message' | 'contact'>): Identifier[] {
  return withContact(recipientIdsOf(message), contact);
}

/** The ids under which a message of ours names whom it went to. */
export function recipientIdsOf(message: WebhookMessage): (string | undefined)[] {
  return [message.to_user_id, message.to_parent_user_id, message.to];
}

/** Everything that names the buyer who chose whether to be written to. */
export function choosersOf({ preference, contact }: StoredPreference): Identifier[] {
  return withContact(chooserIdsOf(preference), contact ?? null);
}

/** The ids under which a preference itself names its buyer. */
export function chooserIdsOf(preference: WebhookPreference): (string | undefined)[] {
  return [preference.user_id, preference.parent_user_id, preference.wa_id];
}

/**
 * The ids, and what else their contact is known by; a contact that none of them names is somebody else. Without any id,
 * only the contact tells.
 */
function withContact(ids: readonly (string | undefined)[], contact: WebhookContact | null): Identifier[] {
  const theirs = contact === null ? null : contactBy(ids, [contact]);
  return identifiersOf([...ids, ...idsOfContact(theirs).map(({ value }) => value)]);
}

function idsOfContact(contact: WebhookContact | null): Identifier[] {
  return identifiersOf([contact?.user_id, contact?.parent_user_id, contact?.wa_id]);
}

/** Everything that names the buyer of a message of the past. */
export function counterpartOf(stored: StoredHistory): Identifier[] {
  return withContact(counterpartIdsOf(stored), stored.contact);
}

/** The ids under which a message of the past itself names its buyer. */
export function counterpartIdsOf(stored: StoredHistory): (string | undefined)[] {
  const { message } = stored;
  const ofMessage = isOfThePastFromUs(stored)
    ? recipientIdsOf(message)
    : [message.from_user_id, message.from_parent_user_id, message.from];
  return [...idsOfThread(stored), ...ofMessage];
}

/**
 * Whether a message of the past is ours: in a thread, everybody but its counterpart is us. Our own number may be written
 * in another national form, or be left out.
 */
export function isOfThePastFromUs(stored: StoredHistory): boolean {
  const { message } = stored;
  const counterpart = idsOfThread(stored);
  const isIn = (id: string | undefined): boolean => id !== undefined && counterpart.includes(id);
  if (isIn(message.from) || isIn(message.from_user_id) || isIn(message.from_parent_user_id)) return false;
  if (isIn(message.to) || isIn(message.to_user_id) || isIn(message.to_parent_user_id)) return true;
  const isPhone = (id: string | undefined): boolean => id !== undefined && classifyIdentifier(id) === 'wa_id';
  return (isPhone(message.from) && counterpart.some(isPhone)) || isFromUs(stored);
}

function idsOfThread({ thread }: StoredHistory): string[] {
  const { context, id } = thread ?? {};
  return [context?.user_id, context?.parent_user_id, context?.wa_id, id].filter((one) => one !== undefined);
}

/** Whether our own number sent it: buyers write to nobody by name, and a number may have two national forms. */
export function isFromUs({ message, display_phone_number: ourNumber }: StoredMessage): boolean {
  const from = digitsOf(message.from);
  if (from === '') return message.to !== undefined || message.to_user_id !== undefined;
  return [digitsOf(ourNumber), ...searchVariants(digitsOf(ourNumber))].includes(from);
}

/** Types of system messages that move a buyer to other identifiers; the second changes the user id alone. */
const OF_NUMBER = ['user_changed_number', 'customer_changed_number'];
const OF_USER_ID = 'user_changed_user_id';

/**
 * Whether a report moves a buyer to other identifiers. One of a kind that nobody knows does when it says itself which ids
 * the buyer had and which ones they have now.
 */
export function isIdentityChange(message: WebhookMessage): boolean {
  const { system } = message;
  if (message.type !== 'system' || system?.type === undefined) return false;
  if (OF_NUMBER.includes(system.type) || system.type === OF_USER_ID) return true;
  const isSaid = (id: string | undefined): boolean => id !== undefined && identifiersOf([id]).length === 1;
  return (
    (isSaid(system.previous_user_id) || isSaid(system.previous_parent_user_id)) &&
    (isSaid(system.user_id) || isSaid(system.parent_user_id) || isNumberMoved(message))
  );
}

/** A change of the user id alone names the number that the buyer has kept; one of an unknown kind says which of both it is. */
export function isChangeOfNumber(message: WebhookMessage): boolean {
  const type = message.system?.type ?? '';
  return OF_NUMBER.includes(type) || (type !== OF_USER_ID && isNumberMoved(message));
}

/** The number before and the number after are both named, and differ. */
function isNumberMoved({ from, system }: WebhookMessage): boolean {
  const [before, after] = [from, system?.wa_id].map((id) =>
    id === undefined ? undefined : identifiersOf([id])[0],
  );
  return before?.kind === 'wa_id' && after?.kind === 'wa_id' && before.value !== after.value;
}

/** The identifiers of a buyer before and after a change. */
export function identifiersOfChange(message: WebhookMessage): { before: Identifier[]; after: Identifier[] } {
  const system = message.system ?? {};
  const isKnown = OF_NUMBER.includes(system.type ?? '') || system.type === OF_USER_ID;
  // A number in a report of an unknown kind may be the old one, the new one, or anybody's: it counts beside the other one.
  const isNumberClear = isKnown || isNumberMoved(message);
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
      ...(isNumberClear ? [system.wa_id, system.new_wa_id] : []),
    ]),
  };
}

/** Whom a stored item names, and when; null for kinds that name no buyer. */
export function namedBy(item: StoredItem): { identifiers: Identifier[]; atMs: number } | null {
  const atMs = (dated: { readonly timestamp?: unknown }): number =>
    saidAtMs(dated, item.captured_at.getTime());
  if (item.kind === 'preference') {
    const stored = storedPreferenceSchema.parse(item.raw);
    return { identifiers: choosersOf(stored), atMs: atMs(stored.preference) };
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
  return isOurs ? recipientsOf(stored) : sendersOf(stored);
}
