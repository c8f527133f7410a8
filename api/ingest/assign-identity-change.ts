import type { Database } from '../../platform/database';
import type { Assignment, StoredItem } from './item';
import { saidAtMs } from './message-facts';
import { endIdentifiers, findOrCreateBuyer, identifiersOf } from './people';
import { storedMessageSchema } from './webhook.schema';

/**
 * Moves a buyer from old identifiers to new ones; the conversation stays the same. A change that is reported before the
 * buyer's first message makes the buyer, so that the order of the two does not matter.
 */
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
  if (before.length + after.length === 0) return { kind: 'set-aside', error: 'no_sender' };
  const atMs = saidAtMs(message, item.captured_at.getTime());
  const { buyerId, lookAt } = await findOrCreateBuyer(client, {
    identifiers: [...before, ...after],
    displayName: null,
    atMs,
    webhookItemId: item.id,
  });
  const isKept = (value: string): boolean => after.some((identifier) => identifier.value === value);
  const kindsChanged = new Set(after.map((identifier) => identifier.kind));
  const ended = before.filter((identifier) => kindsChanged.has(identifier.kind) && !isKept(identifier.value));
  await endIdentifiers(client, buyerId, { identifiers: ended, atMs });
  return { kind: 'assigned', lookAt };
}
