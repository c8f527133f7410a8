import type { OwnerKind } from '../vocabulary';
import { REASONS } from './reasons';

/** What a conversation looks like from outside; codes, times and numbers only, so it may be shown anywhere. */
export type ConversationView = {
  readonly conversationId: string;
  readonly owner: OwnerKind;
  readonly pausedUntilMs: number | null;
  readonly epoch: number;
  readonly episodeId: string | null;
  readonly needsHuman: boolean;
  readonly reasonCode: string | null;
  readonly nextActionKind: string | null;
  readonly nextActionAtMs: number | null;
};

const REPLY = 'reply.';

/** A short English sentence for a reason code; an unknown code is shown as it is, never hidden. */
export function explain(reasonCode: string): string {
  const known = REASONS[reasonCode];
  if (known !== undefined) return known;
  if (reasonCode.startsWith(REPLY)) {
    const cause = REASONS[reasonCode.slice(REPLY.length)];
    if (cause !== undefined) return `Automation answers. ${cause}`;
  }
  return `Reason: ${reasonCode}.`;
}
