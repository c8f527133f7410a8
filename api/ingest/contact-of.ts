import { searchVariants } from '../../domain/identity/identity.decide';
import type { Identifier } from '../../domain/identity/holder.decide';
import { identifiersOf } from './identifiers';
import type { WebhookContact, WebhookMessage } from './webhook.schema';

/**
 * The contact that belongs to a message, matched by identifiers, as `contacts` is not in the order of `messages`. One that
 * shares an identifier and has another of the same kind is somebody else, or nobody can tell who.
 */
export function contactOf(
  message: Pick<WebhookMessage, 'from' | 'from_user_id' | 'from_parent_user_id'>,
  contacts: readonly WebhookContact[],
): WebhookContact | null {
  const given = [message.from, message.from_user_id, message.from_parent_user_id].filter(
    (id) => id !== undefined,
  );
  const isNamed = (id: string | undefined): boolean => id !== undefined && given.includes(id);
  const ids = identifiersOf(given);
  const match = contacts.find(
    (one) =>
      (isNamed(one.wa_id) || isNamed(one.user_id) || isNamed(one.parent_user_id)) &&
      !contradict(ids, identifiersOf([one.wa_id, one.user_id, one.parent_user_id])),
  );
  if (match !== undefined) return match;
  // A message without any sender can only belong to the one contact that came with it.
  return given.length === 0 && contacts.length === 1 ? (contacts[0] ?? null) : null;
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
