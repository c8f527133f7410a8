/** What follows from WhatsApp's refusal of a message that certainly did not leave. */
export type RejectionVerdict =
  | { readonly kind: 'again'; readonly delayMs: number; readonly reasonCode: string }
  | { readonly kind: 'give_up'; readonly reasonCode: string };

type ErrorClass =
  | 'pair_limit'
  | 'throttled'
  | 'transient'
  | 'needs_template'
  | 'unreachable'
  | 'content'
  | 'quality'
  | 'account';

/** Error codes by class, from Meta's list of 2026-09; what is missing is classed by range below. */
const CLASS_BY_CODE: Readonly<Record<number, ErrorClass>> = {
  131056: 'pair_limit',
  ...classed('throttled', [4, 17, 32, 341, 613, 80007, 130429]),
  ...classed('transient', [1, 2, 131000, 131016, 131057, 133004, 131053]),
  131047: 'needs_template',
  ...classed('unreachable', [131026, 131050, 131049, 130472, 130403, 131021, 131030, 137000, 131062]),
  ...classed('quality', [131048, 131064, 368, 130497, 131031, 131037]),
  ...classed('account', [0, 3, 10, 190, 104, 131005, 33, 133010, 131045, 131042, 131044]),
};

const DELAYS_MS: Readonly<Partial<Record<ErrorClass, number>>> = {
  pair_limit: 1_000,
  throttled: 5_000,
  transient: 2_000,
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
  const errorClass = CLASS_BY_CODE[rejection.code] ?? classByRange(rejection);
  const reasonCode = `whatsapp.${errorClass}`;
  const firstDelayMs = DELAYS_MS[errorClass];
  if (firstDelayMs === undefined || rejection.attempts >= ATTEMPTS_MAX)
    return { kind: 'give_up', reasonCode };
  const ownDelayMs = firstDelayMs * 4 ** (rejection.attempts - 1);
  return {
    kind: 'again',
    delayMs: Math.min(Math.max(ownDelayMs, rejection.retryAfterMs ?? 0), DELAY_MAX_MS),
    reasonCode,
  };
}

function classByRange(rejection: { readonly code: number; readonly httpStatus: number }): ErrorClass {
  if (rejection.code >= 200 && rejection.code <= 299) return 'account';
  if (rejection.httpStatus === 429) return 'throttled';
  if (rejection.httpStatus >= 500) return 'transient';
  if (rejection.httpStatus === 401 || rejection.httpStatus === 403) return 'account';
  return 'content';
}

function classed(errorClass: ErrorClass, codes: readonly number[]): Record<number, ErrorClass> {
  return Object.fromEntries(codes.map((code) => [code, errorClass]));
}
