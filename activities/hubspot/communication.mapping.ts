import { conversationStatus } from '../../domain/conversation/conversation.state';
import type { EpisodeContent, TranscriptMessage } from '../../store/crm-content.store';
import { handledBy, lastSpeaker, toOutcome } from './contact.mapping';
import type { HubSpotProperties } from './hubspot.port';

/** HubSpot refuses rich text beyond 65,536 characters for good; the rest of the episode goes into a further part. */
const BODY_LENGTH_MAX = 60_000;
/** Kept free for summary and marker, so that a growing summary never moves a message into another part. */
const FRAME_LENGTH_MAX = 2_000;
/** Escaping makes a character six at most, so one message always fits into one part. */
const MESSAGE_LENGTH_MAX = 8_000;
const NEW_LINE = '<br>';

const STATUS_TEXT = {
  open: 'open, the buyer spoke last',
  waiting: 'waiting for the buyer',
  needs_human: 'needs a human',
  closed: 'closed',
} as const;
const HANDLED_BY_TEXT = { automation: 'automation', human: 'a human', nobody: 'nobody yet' } as const;

/** One part of an episode's log. */
export type CommunicationPart = { readonly part: number; readonly properties: HubSpotProperties };

/** The log of an episode: summary on top, transcript below, in as many parts as its length needs. */
export function toCommunications(content: EpisodeContent): CommunicationPart[] {
  const pages = paginate(transcriptLines(content.messages));
  return pages.map((lines, index) => {
    const part = index + 1;
    const top = part === 1 ? summaryLines(content) : [`<strong>WhatsApp conversation, part ${part}</strong>`];
    const bottom = escapeHtml(communicationMarker(content.episodeId, part));
    return {
      part,
      properties: {
        hs_communication_channel_type: 'WHATS_APP',
        hs_communication_logged_from: 'CRM',
        hs_communication_body: [...top, '', ...lines, '', bottom].join(NEW_LINE),
        hs_timestamp: new Date(content.lastActivityAtMs).toISOString(),
        // "Logged by" is a person or nobody, never the user behind the access token.
        ...(content.contactOwnerId === null || content.contactOwnerId === ''
          ? {}
          : { hubspot_owner_id: content.contactOwnerId }),
      },
    };
  });
}

/** Stands in every body: HubSpot knows no idempotency key, so a record is found again by these words. */
export function communicationMarker(episodeId: string, part: number): string {
  return `ref: wa-${episodeId}-${part}`;
}

/** True when a body is the given part; part 1 must not be taken for part 10. */
export function hasMarker(body: string | null | undefined, marker: string): boolean {
  const at = (body ?? '').indexOf(marker);
  return at >= 0 && !/^\d/.test((body ?? '').slice(at + marker.length));
}

function summaryLines(content: EpisodeContent): string[] {
  const outbound = content.messages.filter((message) => message.direction === 'outbound');
  const status = conversationStatus({
    needsHuman: content.needsHuman && !content.isClosed,
    hasOpenEpisode: !content.isClosed,
    lastMessageBy: lastSpeaker(content.messages.at(-1)?.direction),
  });
  const people = [...new Set(outbound.map(({ author }) => author).filter(isAgent))].map(authorName);
  const handled = HANDLED_BY_TEXT[handledBy(outbound.map(({ author }) => author))];
  return [
    '<strong>WhatsApp conversation</strong>',
    `Status: ${STATUS_TEXT[status]}`,
    `Handled by: ${[handled, ...people.slice(0, 10).map((name) => escapeHtml(name.slice(0, 60)))].join(', ')}`,
    `Outcome: ${toOutcome(content.outcome).replaceAll('_', ' ')}`,
    `Next: ${nextAction(content)}`,
  ];
}

function nextAction(content: EpisodeContent): string {
  if (content.isClosed || content.nextActionKind === null) return 'nothing planned';
  const kind = escapeHtml(content.nextActionKind.replaceAll(/[_-]/g, ' ').slice(0, 60));
  return content.nextActionAtMs === null ? kind : `${kind} at ${dayAndTime(content.nextActionAtMs)} UTC`;
}

function transcriptLines(messages: readonly TranscriptMessage[]): string[] {
  let day = '';
  return messages.map((message) => {
    const at = dayAndTime(message.sentAtMs);
    const heading = at.slice(0, 10) === day ? '' : `<em>${at.slice(0, 10)}</em>${NEW_LINE}`;
    day = at.slice(0, 10);
    return `${heading}${escapeHtml(`[${authorName(message.author)} ${at.slice(11)}]`)} ${contentOf(message)}`;
  });
}

function contentOf(message: TranscriptMessage): string {
  const text = message.text ?? '';
  const kind = message.type === 'text' ? '' : `(${message.type}) `;
  // A cut may not leave half of a character behind.
  const cut = text.slice(0, MESSAGE_LENGTH_MAX).replace(/[\uD800-\uDBFF]$/, '');
  const words = text.length > MESSAGE_LENGTH_MAX ? `${cut}…` : text;
  return escapeHtml(`${kind}${words}`.trim()).replaceAll(/\r\n|\r|\n/g, NEW_LINE);
}

function paginate(lines: readonly string[]): string[][] {
  const pages: string[][] = [[]];
  let length = 0;
  for (const line of lines) {
    const added = line.length + NEW_LINE.length;
    if (length + added > BODY_LENGTH_MAX - FRAME_LENGTH_MAX) {
      pages.push([]);
      length = 0;
    }
    pages.at(-1)?.push(line);
    length += added;
  }
  return pages;
}

function isAgent(author: string): boolean {
  return author.startsWith('agent:');
}

function authorName(author: string): string {
  if (isAgent(author)) return author.slice('agent:'.length);
  const names: Readonly<Record<string, string>> = {
    buyer: 'Buyer',
    automation: 'Continuo',
    phone: 'Phone',
    meta: 'Meta',
  };
  return names[author] ?? author.slice(0, 60);
}

/** `2026-03-01 14:02`, in UTC: readers sit in several zones. */
function dayAndTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
