import { serviceWindow } from '../../domain/send/window';
import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { readReplyCounts } from '../../store/buyer.store';
import { insertSnapshot, readEarlierEpisodes, readInboundSinceOurLast } from '../../store/context.store';
import type { ContextFacts, Snapshot } from '../../store/context.store';
import { readLastSaid } from '../../store/message.store';
import { readTurn } from '../../store/turn.store';
import type { Turn } from '../../store/turn.store';
import { FACTS_FRESH_MS } from './resolve-identity';
import { readContactFacts } from '../../store/hubspot-contact.store';
import { ensureLink } from '../../store/identity-link.store';
import type { IdentityLink } from '../../store/identity-link.store';

/**
 * Gathers what is known before a turn is decided and keeps it as one snapshot, which the decisions name. The same turn
 * gives the same snapshot, however often it is asked for.
 */
export async function reconstructContext(
  database: TransactionalDatabase,
  turnId: string,
): Promise<{ contextSnapshotId: number }> {
  return await inTransaction(database, async (client) => {
    const turn = await readTurn(client, turnId);
    const link = await ensureLink(client, turn.buyerId, 'identity.not_looked_up');
    const snapshot = await takeSnapshot(client, `turn:${turn.triggerMessageId}`, { ...turn, link });
    return { contextSnapshotId: snapshot.id };
  });
}

/** Keeps what is known now under a key made of facts; the first snapshot under a key wins. */
export async function takeSnapshot(
  client: Database,
  key: string,
  place: Pick<Turn, 'conversationId' | 'buyerId' | 'episodeId'> & { readonly link: IdentityLink },
): Promise<Pick<Snapshot, 'id' | 'facts'>> {
  const { facts, ageSeconds } = await gather(client, place);
  return await insertSnapshot(client, {
    key,
    conversationId: place.conversationId,
    identityLinkId: place.link.id,
    facts,
    factsAgeSeconds: ageSeconds,
    isStale: ageSeconds !== null && ageSeconds * 1000 > FACTS_FRESH_MS,
  });
}

async function gather(
  client: Database,
  place: Pick<Turn, 'conversationId' | 'buyerId' | 'episodeId'> & { readonly link: IdentityLink },
): Promise<{ facts: ContextFacts; ageSeconds: number | null }> {
  const said = await readLastSaid(client, place.conversationId);
  const earlierEpisodes = await readEarlierEpisodes(client, place);
  const { crm, ageSeconds } = await gatherCrm(client, place.link);
  return {
    ageSeconds,
    facts: {
      ...crm,
      isFirstContact: earlierEpisodes.length === 0 && said.ourLast === null,
      earlierEpisodes,
      lastInboundAtMs: said.lastInboundAtMs,
      lastOutboundAtMs: said.ourLast?.sentAtMs ?? null,
      ourOpenQuestion: said.ourLast?.expectsAnswer === true ? { messageId: said.ourLast.id } : null,
      windowClosesAtMs: serviceWindow({
        lastInboundAtMs: said.lastInboundAtMs,
        freeEntryAtMs: said.freeEntryAtMs,
      }),
      ...(await readInboundSinceOurLast(client, place.conversationId)),
      ...(await readReplyCounts(client, place.buyerId)),
    },
  };
}

type CrmFacts = Pick<ContextFacts, 'contactFirstName' | 'companyId' | 'deal' | 'hasOpenDeal'>;

/** What HubSpot last said about the buyer, with its age. */
async function gatherCrm(
  client: Database,
  link: IdentityLink,
): Promise<{ crm: CrmFacts; ageSeconds: number | null }> {
  const contact = link.contactId === null ? null : await readContactFacts(client, link.contactId);
  if (contact === null)
    return {
      crm: { contactFirstName: null, companyId: link.companyId, deal: null, hasOpenDeal: false },
      ageSeconds: null,
    };
  const deal = contact.deals.find((one) => one.id === link.dealId);
  return {
    crm: {
      contactFirstName: contact.properties['firstname'] ?? null,
      companyId: link.companyId,
      deal: deal === undefined ? null : { id: deal.id, name: deal.name, stage: deal.stage },
      hasOpenDeal: contact.deals.some((one) => !one.isClosed),
    },
    ageSeconds: Math.max(0, Math.round(contact.ageMs / 1000)),
  };
}
