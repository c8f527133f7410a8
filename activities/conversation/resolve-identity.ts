import type { Database, TransactionalDatabase } from '../../platform/database';
import { inTransaction } from '../../platform/database';
import { requireActivePolicy } from '../../store/policy.store';
import { readTurn } from '../../store/turn.store';
import { FACTS_FRESH_MS, readContactFacts } from '../../store/hubspot-contact.store';
import { ensureLink, readCurrentLink } from '../../store/identity-link.store';

/** Whether the buyer of a turn is known, or HubSpot must be asked. */
export type IdentityStep =
  | { readonly kind: 'known'; readonly identityLinkId: number }
  /** After `timeoutMs` the turn goes on without the answer. */
  | { readonly kind: 'look-up'; readonly buyerId: string; readonly timeoutMs: number };

/** Reads who the buyer is. HubSpot is asked about a buyer who was never found there, and when its facts have aged. */
export async function resolveIdentity(database: Database, turnId: string): Promise<IdentityStep> {
  const turn = await readTurn(database, turnId);
  const link = await readCurrentLink(database, turn.buyerId);
  if (link === null || link.status === 'unknown') return await lookUp(database, turn.buyerId);
  if (link.contactId === null) return { kind: 'known', identityLinkId: link.id };
  const facts = await readContactFacts(database, link.contactId);
  if (facts === null || facts.ageMs > FACTS_FRESH_MS) return await lookUp(database, turn.buyerId);
  return { kind: 'known', identityLinkId: link.id };
}

async function lookUp(database: Database, buyerId: string): Promise<IdentityStep> {
  const { policy } = await requireActivePolicy(database);
  return { kind: 'look-up', buyerId, timeoutMs: policy.identity.lookup_timeout_ms };
}

/** The look-up took too long or failed: the turn goes on as unknown; the mirror finds the link before its first write. */
export async function noteUnknownIdentity(database: TransactionalDatabase, turnId: string): Promise<void> {
  await inTransaction(database, async (client) => {
    const turn = await readTurn(client, turnId);
    await ensureLink(client, turn.buyerId, 'identity.lookup_failed');
  });
}
