/** Where a conversation stands, in one word. */
export type ConversationStatus = 'open' | 'waiting' | 'needs_human' | 'closed';

/** What an operator sees of a conversation: enums, times and ids of ours, nobody's name or number. */
export type ConversationView = {
  readonly status: ConversationStatus;
  readonly ownerKind: 'automation' | 'phone' | 'meta' | 'unassigned' | 'agent';
  readonly numberId: string;
  readonly needsHuman: boolean;
  readonly isPaused: boolean;
  readonly nextActionKind: string | null;
  readonly nextActionAtMs: number | null;
  readonly reasonCode: string | null;
};

/**
 * `needs_human` wins; `closed` = no episode is open, or it has come to its end; `waiting` = the last word was ours and the buyer may answer;
 * `open` = the buyer spoke last.
 */
export function conversationStatus(facts: {
  readonly needsHuman: boolean;
  readonly hasOpenEpisode: boolean;
  readonly lastMessageBy: 'buyer' | 'us' | null;
}): ConversationStatus {
  if (facts.needsHuman) return 'needs_human';
  if (!facts.hasOpenEpisode) return 'closed';
  return facts.lastMessageBy === 'us' ? 'waiting' : 'open';
}
