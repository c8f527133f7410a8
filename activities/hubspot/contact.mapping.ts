import { conversationStatus } from '../../domain/conversation/conversation.state';
import type { ContactContent } from '../../store/crm-content.store';
import type { HubSpotProperties } from './hubspot.port';
import { OUTCOMES } from './hubspot.properties';

export type HandledBy = 'automation' | 'human' | 'nobody';

/** The values of our own contact properties; what is not known is left out, so that nothing is erased. */
export function toContactProperties(content: ContactContent): HubSpotProperties {
  const status = conversationStatus({
    needsHuman: content.needsHuman,
    hasOpenEpisode: content.hasOpenEpisode,
    lastMessageBy: lastSpeaker(content.lastDirection),
  });
  return {
    ...timeProperty('wa_last_inbound_at', content.lastInboundAtMs),
    ...timeProperty('wa_last_outbound_at', content.lastOutboundAtMs),
    ...(content.firstResponseSeconds === null
      ? {}
      : { wa_first_response_seconds: String(Math.round(content.firstResponseSeconds)) }),
    wa_conversation_status: status,
    wa_handled_by: handledBy(content.authors),
    wa_last_outcome: toOutcome(content.lastOutcome),
  };
}

/** Who answered: one person among the authors makes it a human's work. */
export function handledBy(authors: readonly string[]): HandledBy {
  if (authors.some((author) => author === 'phone' || author.startsWith('agent:'))) return 'human';
  return authors.length > 0 ? 'automation' : 'nobody';
}

/** The outcome as a choice HubSpot knows. */
export function toOutcome(outcome: string | null): string {
  return OUTCOMES.find((known) => known === outcome) ?? 'none';
}

/** Who spoke last, seen from the conversation. */
export function lastSpeaker(direction: 'inbound' | 'outbound' | null | undefined): 'buyer' | 'us' | null {
  if (direction === null || direction === undefined) return null;
  return direction === 'inbound' ? 'buyer' : 'us';
}

function timeProperty(name: string, atMs: number | null): HubSpotProperties {
  return atMs === null ? {} : { [name]: new Date(atMs).toISOString() };
}
