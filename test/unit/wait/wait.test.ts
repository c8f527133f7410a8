import fc from 'fast-check';
import type { ReplyModel } from '../../../domain/wait/reply-model';
import {
  HORIZON_MS,
  W0_MS,
  expectedReplies,
  isLateReply,
  isSameBurst,
  replyWithin,
  responsiveness,
  settleWait,
  waitState,
} from '../../../domain/wait/wait';
import { loadReplyModel } from '../../../platform/reply-model';

const HOUR = 3_600_000;
const model = loadReplyModel();
const cold = (hours: number, sentAtMs = 0) =>
  expectedReplies({ model, state: 'cold', sentAtMs, untilMs: sentAtMs + hours * HOUR });

/** P of a reply within the next twelve hours, or until the horizon, in a cold wait. */
function chance(buyer: { late: number; expected: number }, hours: number, untilHours: number): number {
  return replyWithin({
    alpha: model.alpha,
    lateReplies: buyer.late,
    expectedLateReplies: buyer.expected,
    expectedUntilNow: cold(hours),
    expectedUntilThen: cold(Math.min(72, untilHours)),
  });
}

/** The first ten-minute step from half an hour on at which the chance is below a threshold. */
function firstBelow(buyer: { late: number; expected: number }, threshold: number): number {
  for (let step = 0; step <= 429; step += 1) {
    const hours = 0.5 + step / 6;
    if (chance(buyer, hours, hours + 12) < threshold) return hours;
  }
  return 72;
}

describe('expected replies of the shipped model', () => {
  it.each([
    [1, 0.0251],
    [2, 0.0583],
    [4, 0.1076],
    [12, 0.226],
    [24, 0.3142],
    [36, 0.361],
    [72, 0.433],
  ])('after %d h are %d', (hours, expected) => {
    expect(Math.abs(cold(hours) - expected)).toBeLessThan(6e-5);
  });

  it('are none before half an hour and stop growing at the horizon', () => {
    expect(cold(0.5)).toBe(0);
    expect(cold(-3)).toBe(0);
    expect(cold(500)).toBe(cold(72));
  });

  it.each([
    [{ late: 0, expected: 0 }, 1, [0.1522, 0.0703, 0.0364], 0.2709, 17.667, 7.0],
    [{ late: 8, expected: 3 }, 2.168, [0.3203, 0.1646, 0.0898], 0.5364, 41.167, 21.833],
    [{ late: 1, expected: 7 }, 0.275, [0.0486, 0.0232, 0.0123], 0.0954, 1.833, 0.5],
  ])('give a buyer with %j the known chances', (...[buyer, z, within12, ever, w05, w10]) => {
    expect(
      responsiveness({ alpha: model.alpha, lateReplies: buyer.late, expectedLateReplies: buyer.expected }),
    ).toBeCloseTo(z, 3);
    expect([2, 12, 24].map((hours) => Number(chance(buyer, hours, hours + 12).toFixed(4)))).toEqual(within12);
    expect(chance(buyer, 2, 72)).toBeCloseTo(ever, 4);
    expect(firstBelow(buyer, 0.05)).toBeCloseTo(w05, 3);
    expect(firstBelow(buyer, 0.1)).toBeCloseTo(w10, 3);
  });

  it('follow the hours of the clock', () => {
    const nightly: ReplyModel = {
      ...model,
      clock: [...Array<number>(12).fill(0), ...Array<number>(12).fill(2)],
    };
    const during = (sentAtMs: number) =>
      expectedReplies({ model: nightly, state: 'live', sentAtMs, untilMs: sentAtMs + 6 * HOUR });
    expect(during(0)).toBe(0);
    expect(during(13 * HOUR)).toBeGreaterThan(0);
  });
});

describe('a wait', () => {
  it.each([
    [null, 'cold'],
    [0, 'live'],
    [600_000, 'live'],
    [600_001, 'warm'],
    [24 * HOUR, 'warm'],
    [24 * HOUR + 1, 'cold'],
  ])('after a gap of %s is %s', (gapMs, state) => {
    expect(waitState(gapMs)).toBe(state);
  });

  it('counts a reply as late only after half an hour and within the horizon', () => {
    const late = (tookMs: number) => isLateReply({ sentAtMs: 7, repliedAtMs: 7 + tookMs });
    expect([late(W0_MS), late(W0_MS + 1), late(HORIZON_MS), late(HORIZON_MS + 1)]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('that ended early changes nothing, and one that we cut short adds to E only', () => {
    const settle = (hours: number, endedBy: 'reply' | 'our_message' | 'horizon') =>
      settleWait({ state: 'cold', sentAtMs: 0, endedAtMs: hours * HOUR, endedBy, parameters: model });
    expect(settle(0.4, 'reply')).toEqual({ late: 0, expected: 0 });
    expect(settle(4, 'reply')).toEqual({ late: 1, expected: cold(4) });
    expect(settle(4, 'our_message')).toEqual({ late: 0, expected: cold(4) });
    expect(settle(80, 'reply')).toEqual({ late: 0, expected: cold(72) });
    expect(settle(80, 'horizon')).toEqual({ late: 0, expected: cold(72) });
  });

  it('starts at the last message of a burst', () => {
    expect(isSameBurst({ previousAtMs: 0, nextAtMs: 300_000, hasInboundBetween: false })).toBe(true);
    expect(isSameBurst({ previousAtMs: 0, nextAtMs: 300_001, hasInboundBetween: false })).toBe(false);
    expect(isSameBurst({ previousAtMs: 0, nextAtMs: 1000, hasInboundBetween: true })).toBe(false);
  });
});

describe('for any history', () => {
  const count = fc.nat(40);
  const exposure = fc.double({ min: 0, max: 40, noNaN: true });
  const hours = fc.double({ min: 0.5, max: 72, noNaN: true });

  it('the chance is within 0 and 1, falls with E and grows with D', () => {
    fc.assert(
      fc.property(count, exposure, hours, (late, expected, from) => {
        const p = chance({ late, expected }, from, from + 12);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(chance({ late, expected: expected + 1 }, from, from + 12)).toBeLessThanOrEqual(p + 1e-12);
        expect(chance({ late: late + 1, expected }, from, from + 12)).toBeGreaterThanOrEqual(p - 1e-12);
      }),
    );
  });

  it('D and E are finite, D is at most the number of waits, and computing again gives the same', () => {
    const wait = fc.record({
      state: fc.constantFrom<'live' | 'warm' | 'cold'>('live', 'warm', 'cold'),
      sentAtMs: fc.integer({ min: 0, max: 2_000_000_000_000 }),
      tookMs: fc.integer({ min: 0, max: 100 * HOUR }),
      endedBy: fc.constantFrom<'reply' | 'our_message' | 'horizon'>('reply', 'our_message', 'horizon'),
    });
    fc.assert(
      fc.property(fc.array(wait, { maxLength: 20 }), fc.nat(20), (waits, cut) => {
        const sum = (some: typeof waits) =>
          some
            .map((one) => settleWait({ ...one, endedAtMs: one.sentAtMs + one.tookMs, parameters: model }))
            .reduce<{ late: number; expected: number }>(
              (total, one) => ({ late: total.late + one.late, expected: total.expected + one.expected }),
              { late: 0, expected: 0 },
            );
        const all = sum(waits);
        const parts = [sum(waits.slice(0, cut)), sum(waits.slice(cut))];
        expect(Number.isFinite(all.expected) && all.expected >= 0).toBe(true);
        expect(all.late).toBeLessThanOrEqual(waits.length);
        expect(parts.reduce((total, part) => total + part.late, 0)).toBe(all.late);
        expect(parts.reduce((total, part) => total + part.expected, 0)).toBeCloseTo(all.expected, 9);
      }),
    );
  });
});
