import fc from 'fast-check';
import { backOffChannel, recipientHoldMs, transientDelayMs } from '../../../domain/send/back-off';
import { REFUSALS, classifyRefusal } from '../../../domain/send/refusal.table';
import type { RefusalBehaviour } from '../../../domain/send/refusal.table';
import { decideFailure, decideRejection } from '../../../domain/send/rejection.decide';

const SEND_ID = '00000000-0000-4000-8000-000000000001';
const CALL = {
  claimedAtMs: 0,
  nowMs: 0,
  windowClosesAtMs: null,
  hasBuyerWrittenSince: false,
  isNewAttempt: false,
};
const first = { sendId: SEND_ID, httpStatus: 400, refusals: 0, retryAfterMs: null, isWindowOpen: false };
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Section 8 of Meta's list as we read it, written out once more so that no line of the table changes unnoticed. */
const EXPECTED: readonly (readonly [RefusalBehaviour, string, readonly number[]])[] = [
  ['hold_recipient', 'whatsapp.pair_limit', [131056]],
  ['slow_number', 'whatsapp.throttled', [130429]],
  ['slow_app', 'whatsapp.throttled', [4, 17, 32, 341, 613, 80007]],
  ['try_later', 'whatsapp.transient', [1, 2, 131000, 131016, 131057, 133004]],
  ['try_once_more', 'whatsapp.media', [131014, 131052, 131053]],
  ['need_template', 'whatsapp.needs_template', [131047]],
  ['mark_unreachable', 'whatsapp.unreachable', [130403, 131021, 131026, 131030]],
  ['opt_out', 'whatsapp.opted_out', [131050]],
  ['rest_recipient', 'whatsapp.marketing_cap', [131049]],
  ['ask_human', 'whatsapp.experiment', [130472]],
  ['ask_human', 'whatsapp.identity_changed', [137000]],
  ['ask_human', 'whatsapp.needs_phone', [131062]],
  [
    'report_defect',
    'whatsapp.content',
    [
      100, 131008, 131009, 131051, 131055, 131063, 132000, 132001, 132005, 132007, 132008, 132012, 132015,
      132016, 132018, 132068, 132069, 134100, 134102, 135000,
    ],
  ],
  ['try_once_more', 'whatsapp.content', [134101]],
  ['rest_number', 'whatsapp.quality', [131048]],
  ['mark_unreachable', 'whatsapp.quality', [130497]],
  ['stop_number', 'whatsapp.quality', [368, 131031, 131037, 131064]],
  ['stop_app', 'whatsapp.account', [0, 3, 10, 104, 190, 200, 299, 131005]],
  ['stop_number', 'whatsapp.account', [33, 131045, 133010]],
  ['stop_app', 'whatsapp.billing', [131042, 131044]],
  ['stop_number', 'whatsapp.registration', [133000, 133005, 133006, 133008, 133009, 133015, 133016]],
];

const LINES = EXPECTED.flatMap(([behaviour, reasonCode, codes]) =>
  codes.map((code) => [code, behaviour, reasonCode] as const),
);

/** What becomes of the message, refused again and again: the waits, and whether it is given up in the end. */
function fateOf(code: number, given: Partial<typeof first> = {}): { waits: number; isGivenUp: boolean } {
  for (let refusals = 0; refusals < 50; refusals += 1) {
    const { message } = decideRejection({ ...first, ...given, code, refusals });
    if (message.kind === 'give_up') return { waits: refusals, isGivenUp: true };
    if (!message.isCounted) return { waits: 0, isGivenUp: false };
  }
  throw new Error('a counted refusal never ends');
}

describe('a code of the reference', () => {
  it.each(LINES)('%i: %s, %s', (code, behaviour, reasonCode) => {
    expect(classifyRefusal({ code, httpStatus: 400 })).toMatchObject({ behaviour, reasonCode });
  });

  it('is known by no other line than these', () => {
    const expected = new Set(LINES.map(([code]) => code));
    const others = Object.keys(REFUSALS)
      .map(Number)
      .filter((code) => !expected.has(code) && !(code > 200 && code < 299));
    expect(others).toEqual([]);
  });

  it('means the same whatever HTTP status it comes with, and in a status', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LINES), fc.integer({ min: 200, max: 599 }), ([code], httpStatus) => {
        const refusal = classifyRefusal({ code, httpStatus });
        expect(decideFailure({ ...CALL, code }).refusal).toEqual(refusal);
      }),
    );
  });
});

describe('an unknown code', () => {
  const unknown = fc.integer({ min: 1_000_000, max: 9_999_999 });

  it.each([
    [500, 'try_later'],
    [503, 'try_later'],
    [429, 'slow_number'],
    [401, 'stop_app'],
    [403, 'stop_app'],
    [400, 'report_defect'],
    [404, 'report_defect'],
    [200, 'report_defect'],
    [null, 'report_defect'],
  ])('with HTTP %s: %s', (httpStatus, behaviour) => {
    fc.assert(
      fc.property(unknown, (code) => {
        expect(classifyRefusal({ code, httpStatus }).behaviour).toBe(behaviour);
      }),
    );
  });
});

describe('a message that was refused', () => {
  it.each([
    ['waits five times for its recipient', 131056, 5],
    ['waits eight times for a passing fault', 131016, 8],
    ['is tried three times after 131000, which may mean "not supported"', 131000, 2],
    ['is tried once more after bad media', 131053, 1],
    ['is tried once more after a template that is being reviewed', 134101, 1],
    ['is not tried again where only a template may be sent', 131047, 0],
    ['is not tried again where the buyer cannot be reached', 131026, 0],
    ['is never tried again after an experiment of Meta', 130472, 0],
    ['is not tried again with bad content', 100, 0],
    ['is not tried again after an unknown refusal', 999_999, 0],
  ])('%s (%i)', (_promise, code, waits) => {
    expect(fateOf(code)).toEqual({ waits, isGivenUp: true });
  });

  it.each([130429, 80007, 131048, 368, 190, 131042, 133010])(
    'stays planned for as long as its number or the app is held back (%i)',
    (code) => {
      expect(fateOf(code)).toEqual({ waits: 0, isGivenUp: false });
    },
  );

  it('for a closed window while ours is open is tried once more, later', () => {
    const { message } = decideRejection({ ...first, code: 131047, isWindowOpen: true });
    expect(message).toEqual({ kind: 'again', delayMs: 5 * SECOND, isCounted: true });
    expect(fateOf(131047, { isWindowOpen: true })).toEqual({ waits: 1, isGivenUp: true });
  });
});

describe('a message that failed after WhatsApp had taken it', () => {
  it('is never sent again, except once and soon for a closed window while ours was open and nobody wrote', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LINES.map(([code]) => code), 999_999),
        fc.record({
          claimedAtMs: fc.constantFrom(null, 0),
          nowMs: fc.integer({ min: 0, max: 20 * MINUTE }),
          windowClosesAtMs: fc.constantFrom(null, -1, 0, 1, 5 * MINUTE),
          hasBuyerWrittenSince: fc.boolean(),
          isNewAttempt: fc.boolean(),
        }),
        (code, call) => {
          const { resendAfterMs } = decideFailure({ code, ...call });
          const isSoon = call.claimedAtMs === 0 && call.nowMs <= 10 * MINUTE;
          const isOpen = (call.windowClosesAtMs ?? 0) > 0;
          const isAlone = !call.hasBuyerWrittenSince && !call.isNewAttempt;
          expect(resendAfterMs !== null).toBe(code === 131047 && isSoon && isOpen && isAlone);
        },
      ),
    );
  });
});

describe('a wait', () => {
  it('for a recipient is 1, 4, 16, 64, 256 s', () => {
    expect([0, 1, 2, 3, 4, 5].map((level) => recipientHoldMs(level) / SECOND)).toEqual([
      1, 4, 16, 64, 256, 256,
    ]);
  });

  it('for a passing fault doubles, spread over its second half by the id of the send, and ends at five minutes', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(30), (sendId, refusals) => {
        const delayMs = transientDelayMs({ sendId, refusals, toldMs: null });
        const full = Math.min(2 * SECOND * 2 ** refusals, 5 * MINUTE);
        expect(delayMs).toBeGreaterThanOrEqual(full / 2);
        expect(delayMs).toBeLessThanOrEqual(full);
        expect(transientDelayMs({ sendId, refusals, toldMs: null })).toBe(delayMs);
      }),
    );
    const ids = fc.sample(fc.uuid(), { numRuns: 200, seed: 7 });
    const delays = ids.map((sendId) => transientDelayMs({ sendId, refusals: 5, toldMs: null }));
    // Messages that failed together come back apart: all four quarters of the range are met.
    const quarters = new Set(delays.map((delayMs) => Math.floor((delayMs - 32_000) / 8_000)));
    expect(quarters).toEqual(new Set([0, 1, 2, 3]));
  });

  it.each([
    ['rate', 2 * SECOND, 10 * MINUTE],
    ['quality', 15 * MINUTE, 24 * 60 * MINUTE],
  ] as const)('of a channel (%s) doubles and ends', (kind, firstMs, maxMs) => {
    for (let level = 0; level < 20; level += 1)
      expect(backOffChannel({ kind, level, nowMs: 0, toldMs: null })).toEqual({
        level: level + 1,
        notBeforeMs: Math.min(firstMs * 2 ** level, maxMs),
      });
  });

  it('is as long as WhatsApp asks for, up to a day', () => {
    const asked = (toldMs: number) =>
      backOffChannel({ kind: 'rate', level: 0, nowMs: 0, toldMs }).notBeforeMs;
    expect([asked(MINUTE), asked(1), asked(-5), asked(1e12)]).toEqual([
      MINUTE,
      2 * SECOND,
      2 * SECOND,
      24 * 60 * MINUTE,
    ]);
  });
});
