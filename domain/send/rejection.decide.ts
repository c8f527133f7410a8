/** What follows from WhatsApp's refusal of a message that certainly did not leave. */
export type RejectionVerdict =
  | { readonly kind: 'again'; readonly delayMs: number; readonly reasonCode: string }
  | { readonly kind: 'give_up'; readonly reasonCode: string };

type ReasonCode =
  | 'whatsapp.pair_limit'
  | 'whatsapp.throttled'
  | 'whatsapp.transient'
  | 'whatsapp.needs_template'
  | 'whatsapp.unreachable'
  | 'whatsapp.content'
  | 'whatsapp.quality'
  | 'whatsapp.account';

/** Error codes by class, from Meta's list of 2026-09; what is missing is classed by range below. */
const CLASS_BY_CODE: Readonly<Record<number, ReasonCode>> = {
  131056: 'whatsapp.pair_limit',
  ...classed('whatsapp.throttled', [4, 17, 32, 341, 613, 80007, 130429]),
  ...classed('whatsapp.transient', [1, 2, 131000, 131016, 131057, 133004, 131053]),
  131047: 'whatsapp.needs_template',
  ...classed(
    'whatsapp.unreachable',
    [131026, 131050, 131049, 130472, 130403, 131021, 131030, 137000, 131062],
  ),
  ...classed('whatsapp.quality', [131048, 131064, 368, 130497, 131031, 131037]),
  ...classed('whatsapp.account', [0, 3, 10, 190, 104, 131005, 33, 133010, 131045, 131042, 131044]),
};

const DELAYS_MS: Readonly<Partial<Record<ReasonCode, number>>> = {
  'whatsapp.pair_limit': 1_000,
  'whatsapp.throttled': 5_000,
  'whatsapp.transient': 2_000,
};
const ATTEMPTS_MAX = 5;
const DELAY_MAX_MS = 300_000;

/** Decides whether a refused message is tried again, and when; `attempts` counts the calls made so far, from 1. */
export function decideRejection(rejection: {
  readonly code: number;
  readonly httpStatus: number;
  readonly attempts: number;
  readonly retryAfterMs: number | null;
}): RejectionVerdict {
  const reasonCode = CLASS_BY_CODE[rejection.code] ?? classByRange(rejection);
  const firstDelayMs = DELAYS_MS[reasonCode];
  if (firstDelayMs === undefined || rejection.attempts >= ATTEMPTS_MAX)
    return { kind: 'give_up', reasonCode };
  const ownDelayMs = firstDelayMs * 4 ** (rejection.attempts - 1);
  return {
    kind: 'again',
    delayMs: Math.min(Math.max(ownDelayMs, rejection.retryAfterMs ?? 0), DELAY_MAX_MS),
    reasonCode,
  };
}

function classByRange(rejection: { readonly code: number; readonly httpStatus: number }): ReasonCode {
  if (rejection.code >= 200 && rejection.code <= 299) return 'whatsapp.account';
  if (rejection.httpStatus === 429) return 'whatsapp.throttled';
  if (rejection.httpStatus >= 500) return 'whatsapp.transient';
  if (rejection.httpStatus === 401 || rejection.httpStatus === 403) return 'whatsapp.account';
  return 'whatsapp.content';
}

function classed(reasonCode: ReasonCode, codes: readonly number[]): Record<number, ReasonCode> {
  return Object.fromEntries(codes.map((code) => [code, reasonCode]));
}
