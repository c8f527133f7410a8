import type { ConversationView } from '../../domain/conversation/conversation.state';

/** What a conversation's workflow does next; ids, times, enums and numbers only. */
export type NextStep =
  | { readonly kind: 'deliver'; readonly sendId: string }
  | {
      readonly kind: 'turn';
      readonly turnId: string;
      /** Its messages brought files that nobody has tried to fetch yet. */
      readonly hasMedia: boolean;
    }
  | { readonly kind: 'follow-up'; readonly followUpId: string }
  /** Something was said on either side, and what its silence leads to is not decided yet. */
  | { readonly kind: 'plan-follow-up'; readonly messageId: string }
  /** More messages may belong to this turn: look again then. */
  | { readonly kind: 'quiet-gap'; readonly untilMs: number }
  | {
      readonly kind: 'wait';
      /** When something is due, at the latest; always set, as an idle conversation completes at some time. */
      readonly wakeAtMs: number;
      readonly view: ConversationView;
      /** An episode closed since the last look: the history may start afresh. */
      readonly hasClosedEpisode: boolean;
    }
  /** Nothing was planned for so long that the workflow ends; the next message starts the same id again. */
  | { readonly kind: 'complete' };
