import type { FollowUpPolicy } from '../policy/policy';
import type { Meaning } from '../understanding/understood';
import type { Owner, SendStatus, Verdict } from '../vocabulary';

/** What a person changed about follow-ups for one conversation; a part that is left out stays as the policy says. */
export type FollowUpOverride = {
  /** Replaces the policy's list of waits. */
  readonly waitSeconds?: readonly number[] | undefined;
  readonly cap?: number | undefined;
  readonly enabled?: boolean | undefined;
};

/** What is known when a follow-up is planned (`plan`), and again when it is due (`due`). */
export type FollowUpInput = {
  readonly phase: 'plan' | 'due';
  readonly nowMs: number;
  readonly optedOut: boolean;
  /** People ordered that automation never writes to this buyer. */
  readonly neverAutomate: boolean;
  readonly owner: Owner;
  readonly paused: boolean;
  readonly episode: { readonly closed: boolean; readonly outcome: string | null };
  readonly lastMessageBy: 'buyer' | 'us';
  readonly lastInboundMeaning: Meaning | null;
  /** The buyer complained and nobody has settled it: no attempt at all. */
  readonly complaint?: boolean | undefined;
  readonly ourLast: {
    /** Time of the last message of the burst. */
    readonly sentAtMs: number;
    readonly expectsAnswer: boolean;
    readonly status: SendStatus;
    /** This buyer has shown read receipts before. */
    readonly receiptsKnown: boolean;
  } | null;
  /** Follow-ups already sent since the buyer's last message. */
  readonly attemptsSinceInbound: number;
  /** The gap between our last two messages in this silence; null before the first follow-up. */
  readonly lastGapMs: number | null;
  readonly deferredUntilMs: number | null;
  readonly lastInboundAtMs: number | null;
  readonly windowClosesAtMs: number | null;
  readonly followUp: FollowUpPolicy;
  readonly overrideRule: FollowUpOverride | null;
};

/**
 * `plan`: look again at `dueAtMs` (also in phase `due`, when it is still too early) · `send`: send it now ·
 * `ask_human`: only a person can go on · `skip`: nothing. `attempt` counts follow-ups from 1.
 */
export type FollowUpVerdict = Verdict<'plan' | 'skip' | 'ask_human' | 'send', FollowUpInput> & {
  readonly dueAtMs: number | null;
  readonly attempt: number;
  /** Free text is no longer allowed then: the policy's template goes instead. */
  readonly byTemplate: boolean;
};
