import type { FollowUpInput } from '../../../domain/follow-up/follow-up.decide';

export const HOUR = 3_600_000;
export const SENT = 1_800_000_000_000;

export const asked: NonNullable<FollowUpInput['ourLast']> = {
  sentAtMs: SENT,
  expectsAnswer: true,
  status: 'delivered',
  receiptsKnown: false,
};

/** We asked something just now, and the buyer may answer. */
export const base: FollowUpInput = {
  phase: 'plan',
  nowMs: SENT,
  optedOut: false,
  neverAutomate: false,
  owner: 'automation',
  paused: false,
  episode: { closed: false, outcome: null },
  lastMessageBy: 'us',
  lastInboundMeaning: 'needs_reply',
  ourLast: asked,
  attemptsSinceInbound: 0,
  lastGapMs: null,
  deferredUntilMs: null,
  lastInboundAtMs: SENT - 1000,
  windowClosesAtMs: SENT - 1000 + 24 * HOUR,
  followUp: {
    wait_seconds: [4 * 3600, 6 * 3600],
    cap: 2,
    growth: 2,
    window_margin_seconds: 900,
    text: ['first', 'second'],
  },
  overrideRule: null,
};
