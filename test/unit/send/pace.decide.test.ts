import fc from 'fast-check';
import { judgePace } from '../../../domain/send/pace.decide';
import type { PaceFacts } from '../../../domain/send/pace.decide';

const SECOND = 1_000;
const BEGIN = 1_000_000_000_000;
const open = { stoppedReason: null, notBeforeMs: null, backOffLevel: 0 };
const facts: PaceFacts = {
  nowMs: BEGIN,
  app: open,
  number: { ...open, nextSlotAtMs: null, messagesPerSecond: 80 },
  recipient: { notBeforeMs: null, borrowedUntilMs: null },
  slotAtMs: null,
};

/** A number with its conversations on a clock of its own: everybody asks again exactly when told to. */
function play(options: {
  readonly messagesPerSecond: number;
  readonly waiting: readonly number[];
  readonly lagMs?: (conversation: number) => number;
  readonly backOffLevel?: number;
}): { readonly conversation: number; readonly atMs: number }[] {
  const { messagesPerSecond, waiting, lagMs = () => 0, backOffLevel = 0 } = options;
  let nextSlotAtMs: number | null = null;
  const line = waiting.map((planned, conversation) => ({
    conversation,
    planned,
    askAtMs: BEGIN + lagMs(conversation),
    slotAtMs: null as number | null,
    borrowedUntilMs: null as number | null,
  }));
  const left: { conversation: number; atMs: number }[] = [];
  for (;;) {
    const asking = line.filter((one) => one.planned > 0).sort((a, b) => a.askAtMs - b.askAtMs)[0];
    if (asking === undefined) return left;
    const judgement = judgePace({
      ...facts,
      nowMs: asking.askAtMs,
      number: { ...open, backOffLevel, nextSlotAtMs, messagesPerSecond },
      recipient: { notBeforeMs: null, borrowedUntilMs: asking.borrowedUntilMs },
      slotAtMs: asking.slotAtMs,
    });
    if (judgement.kind === 'stopped') throw new Error('nothing stopped');
    if (judgement.kind === 'go') {
      left.push({ conversation: asking.conversation, atMs: asking.askAtMs });
      asking.planned -= 1;
      asking.slotAtMs = null;
      asking.borrowedUntilMs = judgement.borrowedUntilMs;
      nextSlotAtMs = judgement.nextSlotAtMs;
      asking.askAtMs += 1;
    } else {
      if (judgement.kind === 'take_slot') {
        asking.slotAtMs = judgement.atMs;
        nextSlotAtMs = judgement.nextSlotAtMs;
      }
      asking.askAtMs = judgement.atMs + lagMs(asking.conversation);
    }
  }
}

function most(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let first = 0;
  let found = 0;
  for (const [index, atMs] of sorted.entries()) {
    while (atMs - (sorted[first] ?? atMs) >= windowMs) first += 1;
    found = Math.max(found, index - first + 1);
  }
  return found;
}

describe('the pace of a number', () => {
  it('never lets out more in any second than Meta allows, however many conversations ask', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 100 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 40 }),
        (messagesPerSecond, waiting) => {
          const times = play({ messagesPerSecond, waiting }).map(({ atMs }) => atMs);
          expect(times).toHaveLength(waiting.reduce((sum, count) => sum + count, 0));
          expect(most(times, SECOND)).toBeLessThanOrEqual(Math.max(messagesPerSecond, 1));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('lets a burst out at once and no less than seven tenths of the limit over time', () => {
    const times = play({ messagesPerSecond: 20, waiting: Array.from({ length: 200 }, () => 1) });
    expect(times.filter(({ atMs }) => atMs === BEGIN)).toHaveLength(2);
    const lastMs = Math.max(...times.map(({ atMs }) => atMs)) - BEGIN;
    expect(lastMs).toBeLessThan((200 / (20 * 0.7)) * SECOND);
  });

  it('gives each conversation its turn: a flood of 200 delays the others by no more than one message a round', () => {
    const others = Array.from({ length: 30 }, () => 3);
    const left = play({ messagesPerSecond: 10, waiting: [200, ...others], lagMs: (one) => one % 5 });
    const lastOfOthers = left.filter(({ conversation }) => conversation !== 0).at(-1);
    const ofFloodBefore = left.filter(
      ({ conversation, atMs }) => conversation === 0 && atMs <= (lastOfOthers?.atMs ?? 0),
    );
    // While the others send their 90 messages, three rounds, the flood gets a handful and not its 200.
    expect(ofFloodBefore.length).toBeLessThanOrEqual(6);
    expect(left.filter(({ conversation }) => conversation === 0)).toHaveLength(200);
  });

  it('starves nobody: of any conversations that ask, all get their next message within one round', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 12 }),
        fc.integer({ min: 2, max: 20 }),
        (waiting, messagesPerSecond) => {
          const left = play({ messagesPerSecond, waiting });
          // At most two of each other conversation in between: one that was in the line, one behind it.
          const gaps = left.map((one, index) => {
            const next = left.findIndex((later, at) => at > index && later.conversation === one.conversation);
            return next === -1 ? 0 : next - index;
          });
          expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * waiting.length + 8);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is slower while WhatsApp holds the number back, without bursts, but never below four a second', () => {
    const slow = (backOffLevel: number): number => {
      const left = play({
        messagesPerSecond: 80,
        waiting: Array.from({ length: 40 }, () => 1),
        backOffLevel,
      });
      return (left.at(-1)?.atMs ?? 0) - BEGIN;
    };
    expect(slow(1)).toBeGreaterThan(slow(0));
    expect(slow(3)).toBeGreaterThan(slow(1));
    expect(slow(20)).toBeLessThanOrEqual(40 * 250);
    expect(slow(20)).toBeGreaterThan(39 * 240);
  });

  it('does not slow a number further that is slower than that anyway', () => {
    const left = play({ messagesPerSecond: 1, waiting: [1, 1, 1], backOffLevel: 20 });
    expect(left.map(({ atMs }) => atMs - BEGIN)).toEqual([0, 1250, 2500]);
  });
});

describe('a slot', () => {
  it('is kept by whoever comes back at its time, and lapses when nobody does', () => {
    const number = { ...facts.number, nextSlotAtMs: BEGIN + 60 * SECOND };
    const at = (nowMs: number) => judgePace({ ...facts, number, slotAtMs: BEGIN, nowMs });
    expect(at(BEGIN - 1)).toMatchObject({ kind: 'take_slot', atMs: BEGIN });
    expect(at(BEGIN)).toMatchObject({ kind: 'go', nextSlotAtMs: number.nextSlotAtMs });
    expect(at(BEGIN + 4 * SECOND).kind).toBe('go');
    expect(at(BEGIN + 6 * SECOND)).toMatchObject({ kind: 'take_slot', reasonCode: 'gate.throughput' });
  });

  it('comes after a back-off of the number or the app', () => {
    const held = { ...open, notBeforeMs: BEGIN + 30 * SECOND, backOffLevel: 1 };
    const byNumber = judgePace({ ...facts, number: { ...facts.number, ...held } });
    const byApp = judgePace({ ...facts, app: held, slotAtMs: BEGIN });
    for (const judgement of [byNumber, byApp])
      expect(judgement).toMatchObject({
        kind: 'take_slot',
        reasonCode: 'gate.backed_off',
        atMs: BEGIN + 30 * SECOND,
      });
  });
});

describe('the pair limit', () => {
  it('lets 45 out at once, then one in six seconds, and gives the burst back by silence', () => {
    const pair = play({ messagesPerSecond: 1_000, waiting: [50] }).map(({ atMs }) => atMs - BEGIN);
    expect(pair.filter((atMs) => atMs < SECOND)).toHaveLength(45);
    const later = pair.slice(45).map((atMs) => Math.round(atMs / SECOND));
    expect(later).toEqual([6, 12, 18, 24, 30]);
    const rested = judgePace({
      ...facts,
      recipient: { notBeforeMs: null, borrowedUntilMs: BEGIN + 45 * 6 * SECOND },
      nowMs: BEGIN + 45 * 6 * SECOND,
    });
    expect(rested).toMatchObject({ kind: 'go', borrowedUntilMs: BEGIN + 46 * 6 * SECOND });
  });

  it('holds for any times of asking: in any stretch no more than 45 and one for each six seconds of it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20 * SECOND), { minLength: 50, maxLength: 120 }), (gaps) => {
        let borrowedUntilMs: number | null = null;
        let nowMs = BEGIN;
        const times: number[] = [];
        for (const gap of gaps) {
          nowMs += gap % 3 === 0 ? gap : gap % 50;
          const judgement = judgePace({ ...facts, nowMs, recipient: { notBeforeMs: null, borrowedUntilMs } });
          if (judgement.kind !== 'go') continue;
          borrowedUntilMs = judgement.borrowedUntilMs;
          times.push(nowMs);
        }
        const tooMany = times.some((from, index) =>
          times.some(
            (until, at) => at > index && at - index + 1 > 45 + Math.floor((until - from) / (6 * SECOND)),
          ),
        );
        expect(tooMany).toBe(false);
      }),
    );
  });

  it('costs the number nothing: whoever waits for a buyer takes no slot', () => {
    const held = judgePace({ ...facts, recipient: { notBeforeMs: BEGIN + 1, borrowedUntilMs: null } });
    expect(held).toEqual({ kind: 'hold_recipient', reasonCode: 'gate.recipient_held', atMs: BEGIN + 1 });
  });
});

describe('a stopped number or app', () => {
  it('lets nothing out, whatever else holds', () => {
    const stopped = { ...open, stoppedReason: 'whatsapp.account' };
    fc.assert(
      fc.property(fc.boolean(), fc.option(fc.nat()), fc.option(fc.nat()), (isApp, slotAtMs, notBeforeMs) => {
        const judgement = judgePace({
          ...facts,
          ...(isApp ? { app: stopped } : { number: { ...facts.number, ...stopped } }),
          recipient: { notBeforeMs, borrowedUntilMs: null },
          slotAtMs,
        });
        expect(judgement).toEqual({ kind: 'stopped', reasonCode: 'gate.stopped' });
      }),
    );
  });
});
