import { searchVariants } from '../../domain/identity/identity.decide';
import type { Identifier } from '../../domain/identity/holder.decide';
import { identifiersOf } from './identifiers';
import type { WebhookContact, WebhookMessage } from './webhook.schema';

/** The contact that belongs to a message of a buyer. */
export function contactOf(
  message: Pick<WebhookMessage, 'from' | 'from_user_id' | 'from_parent_user_id'>,
  contacts: readonly WebhookContact[],
): WebhookContact | null {
  return contactBy([message.from, message.from_user_id, message.from_parent_user_id], contacts);
}

/** The contact that some ids name, or that alone tells of whom something is. */
export function contactBy(
  given: readonly (string | undefined)[],
  contacts: readonly WebhookContact[],
): WebhookContact | null {
  return contactNamed(given, contacts) ?? onlyContact(given, contacts);
}

/**
 * The contact that some ids name, as `contacts` is not in the order of what it belongs to: by an id as it is written, else
 * by another national form of the number, if that names one only. One that shares an identifier and has another of the
 * same kind is somebody else, or nobody can tell who.
 */
export function contactNamed(
  given: readonly (string | undefined)[],
  contacts: readonly WebhookContact[],
): WebhookContact | null {
  const ids = identifiersOf(given);
  const theirs = (one: WebhookContact) => [one.wa_id, one.user_id, one.parent_user_id];
  const possible = contacts.filter((one) => !contradict(ids, identifiersOf(theirs(one))));
  const exact = possible.find((one) => theirs(one).some((id) => id !== undefined && given.includes(id)));
  if (exact !== undefined) return exact;
  const forms = ids.flatMap(formsOf);
  const [only, ...more] = possible.filter((one) => one.wa_id !== undefined && forms.includes(one.wa_id));
  return more.length > 0 ? null : (only ?? null);
}

/** What names nobody itself can only belong to the one contact that came with it. */
export function onlyContact(
  given: readonly (string | undefined)[],
  contacts: readonly WebhookContact[],
): WebhookContact | null {
  const isNamed = given.some((id) => id !== undefined);
  return !isNamed && contacts.length === 1 ? (contacts[0] ?? null) : null;
}

/** Both have an identifier of one kind, and none of it in common; a phone may be written in two national forms. */
function contradict(some: readonly Identifier[], others: readonly Identifier[]): boolean {
  return (['bsuid', 'parent_bsuid', 'wa_id'] as const).some((kind) => {
    const [ours, theirs] = [some, others].map((ids) => ids.filter((id) => id.kind === kind).map(formsOf));
    if (ours === undefined || theirs === undefined || ours.length === 0 || theirs.length === 0) return false;
    return !ours.some((forms) => theirs.some((other) => other.some((form) => forms.includes(form))));
  });
}

function formsOf({ kind, value }: Identifier): string[] {
  return kind === 'wa_id' ? searchVariants(value) : [value];
}
