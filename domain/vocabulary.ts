/*
 * Words, the same in code, SQL, API, logs and screens.
 *
 *   number        one WhatsApp business phone number; mode observe, draft or live
 *   buyer         the person on the other side, known by a set of identities; the phone may be unknown
 *   contact       the HubSpot record a buyer is linked to, with a confidence and a reason
 *   conversation  number × buyer
 *   episode       one stretch of a conversation: opens with a message after idleness, closes by completion or idleness
 *   turn          one or more buyer messages that belong together; the unit of decision
 *   wait          the silence after a message of ours until a reply, our next message, or 72 h
 *   decision      a recorded verdict: inputs, policy version, reasons, and what would have changed it
 *   policy        the rules people set, versioned
 *   owner         who may write now; a pause is separate and survives a change of owner
 *   epoch         grows with every change of owner or pause; a prepared send carries the epoch it was prepared under
 *   follow-up     a planned message after silence; it is judged again at the moment it is due
 *   send          one outgoing message in the ledger, with its fate
 *   kill switch   a person's order that automation sends nothing: at all, through a number, or by a rule
 *   budget        what messages of a number and month may cost; a ceiling stops automation before people
 *   channel       what sends leave through: one number, or the app with all of them; it may be slowed or stopped
 *   window        the stretch after a buyer's message in which free text is allowed
 *
 * All values here are plain JSON; times are epoch milliseconds.
 */

/** Who may write now. */
export type Owner = 'automation' | 'phone' | 'meta' | 'unassigned' | `agent:${string}`;

/** The owner without the name of a person: safe to show anywhere. */
export type OwnerKind = 'automation' | 'phone' | 'meta' | 'unassigned' | 'agent';

/** What the product does on a number: only look, prepare texts for people, or write. */
export type NumberMode = 'observe' | 'draft' | 'live';

/** The fate of an outgoing message; the order of rank stands in `send/send.state.ts`. */
export type SendStatus =
  | 'draft'
  | 'planned'
  | 'held'
  | 'claimed'
  | 'accepted'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'played'
  | 'refused'
  | 'recalled'
  | 'failed'
  | 'unconfirmed';

/**
 * Why a message goes out. `assurance`: the policy's "somebody will be with you" while nobody owns the conversation;
 * `opt_out_question`: an unclear opt-out is asked about once; `opt_out_confirmation`: an opt-out is confirmed once.
 */
export type SendKind = 'human' | AutomatedSendKind;

/** Every kind of message that nobody has typed. */
export const AUTOMATED_SENDS = [
  'reply',
  'follow_up',
  'assurance',
  'opt_out_question',
  'opt_out_confirmation',
] as const;
export type AutomatedSendKind = (typeof AUTOMATED_SENDS)[number];

/** Every kind of message that nobody watches when it leaves: the automated ones, and what a person ordered from HubSpot. */
export const UNWATCHED_SENDS = [...AUTOMATED_SENDS, 'unattended'] as const;
export type UnwatchedSendKind = (typeof UNWATCHED_SENDS)[number];

/** What a decision was about. */
export type DecisionKind = 'episode' | 'route' | 'follow_up' | 'skip' | 'stop' | 'owner';

/** One ground of a decision; codes and numbers only, never the words of a message or a name. */
export type Reason = { readonly code: string; readonly detail?: string | number | boolean };

/** What would have been decided instead. */
export type RunnerUp = { readonly verdict: string; readonly reasonCode: string };

/** A decision that explains itself and can be computed again from its recorded inputs. */
export type Verdict<V extends string, I> = {
  readonly kind: DecisionKind;
  readonly verdict: V;
  readonly reasonCode: string;
  readonly reasons: readonly Reason[];
  readonly inputs: I;
  readonly runnerUp: RunnerUp | null;
  /** The smallest change that would have flipped the verdict, as code and number: `idle_limit_ms>=86400000`. */
  readonly flip: string | null;
  readonly parameterVersion: string;
};

/** Parameter version of a decision that used no learned numbers, only the rules of this code; raise it when they change. */
export const RULES_VERSION = 'rules-1';

/** `pausedUntilMs` of a pause without end; a number, as plain JSON has no infinity. */
export const PAUSED_FOR_GOOD_MS = Number.MAX_SAFE_INTEGER;

/** Tells which kind of owner this is, without the agent's id. */
export function ownerKind(owner: Owner): OwnerKind {
  switch (owner) {
    case 'automation':
    case 'phone':
    case 'meta':
    case 'unassigned':
      return owner;
    default:
      return 'agent';
  }
}
