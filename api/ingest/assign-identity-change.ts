import type { Database } from '../../platform/database';
import { identifiersOf } from './identifiers';
import { endWhatWasLeft, readIdentityChange } from './identity-change';
import type { Assignment, StoredItem } from './item';
import { rememberResult } from './join-record';
import { saidAtMs } from './message-facts';
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
  const change = readIdentityChange(message);
  const { after, left, givenUp, taken } = change;
  if (left.length + after.length === 0) return { kind: 'set-aside', error: 'no_sender' };
  const atMs = saidAtMs(message, item.captured_at.getTime());
  const { buyerId, joinId, lookAt, contested } = await nameOrCreateBuyer(client, {
    identifiers: identifiersOf([...after, ...left].map((one) => one.value)),
    left,
    givenUp,
    taken,
    displayName: null,
    atMs,
    webhookItemId: item.id,
  });
  const ended = await endWhatWasLeft(client, buyerId, { change, atMs });
  const moved = await settleNumbers(client, [...contested, ...ended], item.id);
  if (joinId !== null) await rememberResult(client, joinId, 'buyer_identity');
  return { kind: 'assigned', lookAt: [...lookAt, ...moved] };
}
