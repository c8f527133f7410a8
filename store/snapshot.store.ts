import type { Database } from '../platform/database';
import { readReplyCounts } from './buyer.store';
import { insertSnapshot, readEarlierEpisodes, readInboundSinceOurLast } from './context.store';
import type { ContextFacts, Snapshot } from './context.store';
import { FACTS_FRESH_MS, readContactFacts } from './hubspot-contact.store';
import type { IdentityLink } from './identity-link.store';
import { readLastSaid } from './message.store';
import type { LastSaid } from './message.store';

/** Whose context, and the episode that is not counted as an earlier one. */
type Place = {
  readonly conversationId: string;
  readonly buyerId: string;
  readonly episodeId: string | null;
  readonly link: IdentityLink;
  /** What was said last, where it is known already. */
  readonly said?: LastSaid;
};

/** Keeps what is known now under a key made of facts; the first snapshot under a key wins. */
export async function takeSnapshot(client: Database, key: string, place: Place): Promise<Snapshot> {
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
  place: Place,
): Promise<{ facts: ContextFacts; ageSeconds: number | null }> {
  const said = place.said ?? (await readLastSaid(client, place.conversationId));
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
      windowClosesAtMs: said.windowClosesAtMs,
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
