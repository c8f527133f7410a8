import type { Identifier } from '../../domain/identity/holder.decide';
import type { Database } from '../../platform/database';
import { endIdentifiers, identifiersOf, numbersAt } from './identifiers';
import type { Assignment, StoredItem } from './item';
import { saidAtMs } from './message-facts';
import { identifiersOfChange, isChangeOfNumber } from './named-by';
import { nameOrCreateBuyer } from './people';
import { settleNumbers } from './settle-numbers';
import { storedMessageSchema } from './webhook.schema';

/**
 * Moves a buyer from old identifiers to new ones; the conversation stays the same. A change that is reported before the
 * buyer's first message makes the buyer, so that the order of the two does not matter. From the change on the old number
 * is nobody's, and whoever had the new number before is somebody else.
 */
export async function assignIdentityChange(client: Database, item: StoredItem): Promise<Assignment> {
  const { message } = storedMessageSchema.parse(item.raw);
  const { before, after } = identifiersOfChange(message);
  if (before.length + after.length === 0) return { kind: 'set-aside', error: 'no_sender' };
  const isIn = (some: readonly Identifier[], one: Identifier): boolean =>
    some.some((other) => other.value === one.value);
  const isOfNumber = isChangeOfNumber(message);
  const atMs = saidAtMs(message, item.captured_at.getTime());
  const { buyerId, lookAt, contested } = await nameOrCreateBuyer(client, {
    identifiers: identifiersOf([...after, ...before].map((one) => one.value)),
    left: before,
    givenUp: isOfNumber ? before.filter((one) => !isIn(after, one)) : [],
    taken: isOfNumber ? after.filter((one) => !isIn(before, one)) : [],
    displayName: null,
    atMs,
    webhookItemId: item.id,
  });
  const kindsChanged = new Set(after.map((identifier) => identifier.kind));
  // Whoever hides the new number has given the old one up all the same, named or not, and the ids that came with it.
  const given = isOfNumber ? [...before, ...(await numbersAt(client, buyerId, atMs))] : before;
  const ended = given.filter((one) => (isOfNumber || kindsChanged.has(one.kind)) && !isIn(after, one));
  await endIdentifiers(client, buyerId, { identifiers: ended, atMs });
  const moved = await settleNumbers(client, [...contested, ...ended], item.id);
  return { kind: 'assigned', lookAt: [...lookAt, ...moved] };
}
