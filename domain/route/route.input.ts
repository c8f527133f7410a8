import type { IdentityStatus, ReplyTemplate, RoutingPolicy } from '../policy/policy';
import type { UnderstoodTurn } from '../understanding/understood';
import type { NumberMode, Owner, Verdict } from '../vocabulary';

/** What is known when a turn is routed. */
export type RouteInput = {
  readonly turn: UnderstoodTurn;
  readonly owner: Owner;
  readonly pausedUntilMs: number | null;
  readonly nowMs: number;
  /** The buyer had opted out before this turn. */
  readonly optedOut: boolean;
  /** What the turn says was noted as an opt-out when it came, whatever it reads now. */
  readonly stopNoted?: boolean;
  /** People ordered that automation never writes to this buyer. */
  readonly neverAutomate: boolean;
  readonly mode: NumberMode;
  readonly routeOverride: 'automation' | 'human' | null;
  readonly identity: { readonly status: IdentityStatus; readonly confidence: number };
  readonly context: {
    readonly firstContact: boolean;
    readonly hasOpenDeal: boolean;
    readonly dealStage: string | null;
    readonly inboundSinceOurLast: number;
    readonly repeatedQuestion: boolean;
    readonly windowClosesAtMs: number | null;
    /** The buyer was asked in this episode whether they want no more messages. */
    readonly optOutAsked: boolean;
  };
  readonly policy: RoutingPolicy;
};

/** Who answers a turn, how fast, and with which (unrendered) text. */
export type RouteVerdict = Verdict<'reply' | 'human' | 'silence' | 'stop', RouteInput> & {
  readonly urgency: 0 | 1 | 2 | 3;
  readonly respondWithinMs: number | null;
  readonly ruleName: string | null;
  readonly reply: { readonly text: string; readonly expectsAnswer: boolean } | null;
};

/** What one step of the order found. */
export type RouteFinding = {
  readonly verdict: RouteVerdict['verdict'];
  readonly reasonCode: string;
  readonly flip: string | null;
  readonly ruleName?: string;
  readonly reply?: ReplyTemplate;
};
