import { decideFollowUp, followUpText } from '../../../domain/follow-up/follow-up.decide';
import type { FollowUpInput } from '../../../domain/follow-up/follow-up.decide';
import { HOUR, SENT, asked, base } from './world';

const due: Partial<FollowUpInput> = { phase: 'due', nowMs: SENT + 4 * HOUR };

describe('a follow-up', () => {
  it.each<[string, Partial<FollowUpInput>, string, string, number | null]>([
    ['after our question', {}, 'plan', 'wait.human', SENT + 4 * HOUR],
    ['planned late', { nowMs: SENT + 5 * HOUR }, 'plan', 'wait.human', SENT + 5 * HOUR],
    ['for an opted-out buyer', { optedOut: true }, 'skip', 'stop.opted_out', null],
    ['in a conversation of an agent', { owner: 'agent:anna' }, 'skip', 'stop.owner', null],
    ['in a conversation that waits for a person', { owner: 'unassigned' }, 'skip', 'stop.owner', null],
    ['in a pause', { paused: true }, 'skip', 'stop.paused', null],
    ['in a closed episode', { episode: { closed: true, outcome: null } }, 'skip', 'stop.closed', null],
    ['after a won deal', { episode: { closed: false, outcome: 'won' } }, 'skip', 'stop.closed', null],
    ['switched off by a person', { overrideRule: { enabled: false } }, 'skip', 'stop.switched_off', null],
    ['when the buyer waits for us', { lastMessageBy: 'buyer' }, 'skip', 'silence.buyer_waits', null],
    [
      'after "thanks, all good"',
      { lastMessageBy: 'buyer', lastInboundMeaning: 'closing' },
      'skip',
      'silence.completion',
      null,
    ],
    [
      'after a bare ok',
      { lastMessageBy: 'buyer', lastInboundMeaning: 'acknowledgement' },
      'skip',
      'silence.completion',
      null,
    ],
    [
      'when we asked nothing',
      { ourLast: { ...asked, expectsAnswer: false } },
      'skip',
      'silence.nothing_asked',
      null,
    ],
    ['when we never wrote', { ourLast: null }, 'skip', 'silence.nothing_asked', null],
    [
      'when our message may not have left',
      { ourLast: { ...asked, status: 'unconfirmed' } },
      'skip',
      'silence.not_sent',
      null,
    ],
    [
      'when our message failed',
      { ourLast: { ...asked, status: 'failed' } },
      'skip',
      'silence.not_sent',
      null,
    ],
    ['after a complaint', { complaint: true }, 'skip', 'limit.complaint', null],
    ['beyond the cap', { attemptsSinceInbound: 2 }, 'skip', 'limit.cap', null],
    [
      'beyond a cap of its own',
      { attemptsSinceInbound: 1, overrideRule: { cap: 1 } },
      'skip',
      'limit.cap',
      null,
    ],
    ['with a wait of its own', { overrideRule: { waitSeconds: [60] } }, 'plan', 'wait.human', SENT + 60_000],
    [
      'with a gap that must grow',
      { attemptsSinceInbound: 1, lastGapMs: 4 * HOUR },
      'plan',
      'wait.growth',
      SENT + 8 * HOUR,
    ],
    [
      'put off by the buyer',
      { lastMessageBy: 'buyer', lastInboundMeaning: 'deferral', deferredUntilMs: SENT + 20 * HOUR },
      'plan',
      'silence.deferred',
      SENT + 20 * HOUR,
    ],
    [
      'put off beyond the window',
      { lastMessageBy: 'buyer', lastInboundMeaning: 'deferral', deferredUntilMs: SENT + 100 * HOUR },
      'ask_human',
      'limit.window',
      null,
    ],
    ['outside the window, the first', { windowClosesAtMs: SENT + HOUR }, 'ask_human', 'limit.window', null],
    [
      'outside the window, a later one',
      { attemptsSinceInbound: 1, windowClosesAtMs: SENT + HOUR },
      'skip',
      'limit.window',
      null,
    ],
    ['without a window', { windowClosesAtMs: null }, 'ask_human', 'limit.window', null],
    [
      'exactly at the margin',
      { windowClosesAtMs: SENT + 4 * HOUR + 900_000 },
      'ask_human',
      'limit.window',
      null,
    ],
    [
      'a millisecond before the margin',
      { windowClosesAtMs: SENT + 4 * HOUR + 900_001 },
      'plan',
      'wait.human',
      SENT + 4 * HOUR,
    ],
    ['that is due', due, 'send', 'hesitation.follow_up', SENT + 4 * HOUR],
    ['looked at too early', { ...due, nowMs: SENT + HOUR }, 'plan', 'wait.human', SENT + 4 * HOUR],
    ['due in a pause', { ...due, paused: true }, 'skip', 'stop.paused', null],
    ['due after the buyer wrote', { ...due, lastMessageBy: 'buyer' }, 'skip', 'silence.buyer_waits', null],
    [
      'due while our message is unread',
      { ...due, ourLast: { ...asked, receiptsKnown: true } },
      'plan',
      'silence.unseen',
      SENT + 8 * HOUR,
    ],
    [
      'due while our message is unread and the window closes',
      { ...due, windowClosesAtMs: SENT + 8 * HOUR, ourLast: { ...asked, receiptsKnown: true } },
      'skip',
      'silence.unseen',
      null,
    ],
    [
      'due and read',
      { ...due, ourLast: { ...asked, receiptsKnown: true, status: 'read' } },
      'send',
      'hesitation.follow_up',
      SENT + 4 * HOUR,
    ],
  ])('%s', (...[, change, verdict, reasonCode, dueAtMs]) => {
    expect(decideFollowUp({ ...base, ...change })).toMatchObject({ verdict, reasonCode, dueAtMs });
  });

  it('counts attempts from one and has a text for each', () => {
    expect(decideFollowUp(base).attempt).toBe(1);
    expect([1, 2, 3].map((attempt) => followUpText(base.followUp.text, attempt))).toEqual([
      'first',
      'second',
      'second',
    ]);
    expect(followUpText([], 1)).toBeNull();
  });
});
