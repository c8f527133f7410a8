import fc from 'fast-check';
import { decideFollowUp } from '../../../domain/follow-up/follow-up.decide';
import type { FollowUpInput } from '../../../domain/follow-up/follow-up.decide';
import type { Meaning } from '../../../domain/understanding/understood';
import type { SendStatus } from '../../../domain/vocabulary';
import { HOUR, SENT, asked, base } from './world';

describe('for any silence', () => {
  const anyInput = fc
    .record({
      phase: fc.constantFrom<FollowUpInput['phase']>('plan', 'due'),
      laterMs: fc.nat(80 * HOUR),
      optedOut: fc.boolean(),
      paused: fc.boolean(),
      lastMessageBy: fc.constantFrom<FollowUpInput['lastMessageBy']>('buyer', 'us'),
      lastInboundMeaning: fc.constantFrom<Meaning>(
        'needs_reply',
        'closing',
        'acknowledgement',
        'deferral',
        'media',
      ),
      attemptsSinceInbound: fc.nat(4),
      lastGapMs: fc.option(fc.nat(20 * HOUR)),
      deferredUntilMs: fc.option(fc.integer({ min: SENT, max: SENT + 40 * HOUR })),
      windowMs: fc.option(fc.nat(72 * HOUR)),
      status: fc.constantFrom<SendStatus>(
        'claimed',
        'accepted',
        'sent',
        'delivered',
        'read',
        'failed',
        'unconfirmed',
      ),
      expectsAnswer: fc.boolean(),
      receiptsKnown: fc.boolean(),
    })
    .map(({ laterMs, windowMs, status, expectsAnswer, receiptsKnown, ...rest }): FollowUpInput => ({
      ...base,
      ...rest,
      nowMs: SENT + laterMs,
      windowClosesAtMs: windowMs === null ? null : SENT + windowMs,
      ourLast: { sentAtMs: SENT, expectsAnswer, status, receiptsKnown },
    }));

  it('nothing is sent or planned earlier than people set, nor at or after the margin of the window', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { verdict, dueAtMs, attempt } = decideFollowUp(input);
        if (verdict !== 'plan' && verdict !== 'send') return;
        const waitMs = (attempt === 1 ? 4 : 6) * HOUR;
        expect(dueAtMs).not.toBeNull();
        expect(dueAtMs ?? 0).toBeGreaterThanOrEqual(SENT + waitMs);
        expect(dueAtMs ?? 0).toBeGreaterThanOrEqual(input.nowMs);
        expect(dueAtMs ?? 0).toBeGreaterThanOrEqual(SENT + 2 * (input.lastGapMs ?? 0));
        expect(dueAtMs ?? Infinity).toBeLessThan((input.windowClosesAtMs ?? 0) - 900_000);
      }),
    );
  });

  it('nothing is sent beyond the cap, after an opt-out, in a pause, or in place of an answer', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { verdict } = decideFollowUp(input);
        const isForbidden =
          input.attemptsSinceInbound >= 2 ||
          input.optedOut ||
          input.paused ||
          (input.lastMessageBy === 'buyer' && input.lastInboundMeaning !== 'deferral');
        expect(isForbidden && verdict !== 'skip').toBe(false);
      }),
    );
  });

  it('a send follows only a question of ours that is on its way', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        if (decideFollowUp(input).verdict !== 'send') return;
        expect(input.phase).toBe('due');
        expect(input.ourLast?.expectsAnswer).toBe(true);
        expect(['claimed', 'failed', 'unconfirmed']).not.toContain(input.ourLast?.status);
      }),
    );
  });

  it('more silence never makes a planned follow-up earlier', () => {
    fc.assert(
      fc.property(anyInput, fc.nat(10 * HOUR), (input, moreMs) => {
        const now = decideFollowUp({ ...input, phase: 'plan' });
        const later = decideFollowUp({ ...input, phase: 'plan', nowMs: input.nowMs + moreMs });
        const isPlanned = now.verdict === 'plan' && later.verdict === 'plan';
        expect(isPlanned && (later.dueAtMs ?? 0) < (now.dueAtMs ?? 0)).toBe(false);
      }),
    );
  });

  it('a whole silence holds at most the cap, with gaps that at least double', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 * 3600 }),
        fc.integer({ min: 0, max: 3 }),
        (waitSeconds, cap) => {
          const gaps: number[] = [];
          let input: FollowUpInput = {
            ...base,
            followUp: { ...base.followUp, wait_seconds: [waitSeconds], cap },
          };
          for (let round = 0; round < 6; round += 1) {
            const plan = decideFollowUp(input);
            if (plan.verdict !== 'plan' || plan.dueAtMs === null) break;
            const judged = decideFollowUp({ ...input, phase: 'due', nowMs: plan.dueAtMs });
            expect(judged.verdict).toBe('send');
            const gapMs = plan.dueAtMs - (input.ourLast?.sentAtMs ?? 0);
            gaps.push(gapMs);
            input = {
              ...input,
              nowMs: plan.dueAtMs,
              ourLast: { ...asked, sentAtMs: plan.dueAtMs },
              attemptsSinceInbound: gaps.length,
              lastGapMs: gapMs,
            };
          }
          expect(gaps.length).toBeLessThanOrEqual(cap);
          gaps.slice(1).forEach((gapMs, index) => {
            expect(gapMs).toBeGreaterThanOrEqual(2 * (gaps[index] ?? Infinity));
          });
        },
      ),
    );
  });

  it('the verdict can be computed again from its recorded inputs, bit for bit', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const verdict = decideFollowUp(input);
        expect(
          JSON.stringify(decideFollowUp(JSON.parse(JSON.stringify(verdict.inputs)) as FollowUpInput)),
        ).toBe(JSON.stringify(verdict));
      }),
    );
  });
});
