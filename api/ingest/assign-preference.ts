import type { Database } from '../../platform/database';
import { noteConsent } from '../../store/consent.store';
import type { Assignment, StoredItem } from './item';
import { saidAtMs } from './message-facts';
import { choosersOf } from './named-by';
import { findOrCreateBuyer } from './find-buyer';
import { silenceBuyer } from './silence-buyer';
import { storedPreferenceSchema } from './webhook.schema';

/** A buyer chose in WhatsApp not to be written to, or to be again; the newest choice holds for the whole person. */
export async function assignPreference(client: Database, item: StoredItem): Promise<Assignment> {
  const stored = storedPreferenceSchema.parse(item.raw);
  const { preference, contact } = stored;
  const identifiers = choosersOf(stored);
  if (identifiers.length === 0) return { kind: 'set-aside', error: 'no_sender' };
  const atMs = saidAtMs(preference, item.captured_at.getTime());
  const { buyerId, lookAt } = await findOrCreateBuyer(client, {
    identifiers,
    displayName: contact?.profile?.name ?? null,
    username: contact?.profile?.username,
    atMs,
    webhookItemId: item.id,
  });
  const isOptedOut = await noteConsent(client, {
    buyerId,
    // However it is written: a wish to be left alone is never overlooked for its capitals.
    value: preference.value.trim().toLowerCase(),
    reasonCode: 'stop.preference',
    occurredAtMs: atMs,
    evidence: { source: 'preference', webhookItemId: item.id, raw: preference },
  });
  if (!isOptedOut) return { kind: 'assigned', lookAt };
  return { kind: 'assigned', lookAt: [...lookAt, ...(await silenceBuyer(client, buyerId))] };
}
