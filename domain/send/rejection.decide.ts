import { RECIPIENT_CALLS_MAX, TRANSIENT_CALLS_MAX, transientDelayMs } from './back-off';
import { classifyRefusal } from './refusal.table';
import type { Refusal, RefusalBehaviour } from './refusal.table';
import { isWindowOpenAt } from './window';

/** Wait before a message is repeated that WhatsApp refused for a closed window while ours is open: a fault of Meta's. */
const WINDOW_RETRY_MS = 5_000;
/**
 * A failure that is reported later than this after its call repeats nothing. Meta reports such a fault within seconds, but
 * delivers webhooks for up to a week: by then neither the buyer nor whoever wrote it reckons with those words any more.
 */
const RESEND_MAX_AGE_MS = 10 * 60_000;

/** What becomes of a refused message itself. */
export type MessageFate =
  /** It goes back and passes the gate again; `isCounted` = the refusal was about this message or its recipient. */
  | { readonly kind: 'again'; readonly delayMs: number; readonly isCounted: boolean }
  /** It has failed, and a person is asked. */
  | { readonly kind: 'give_up' };

/** What follows from WhatsApp's refusal of a message that certainly did not leave. */
export type RejectionVerdict = { readonly refusal: Refusal; readonly message: MessageFate };

type Rejection = {
  readonly sendId: string;
  readonly code: number;
  readonly httpStatus: number;
  /** Refusals of this message before, as far as they were about it. */
  readonly refusals: number;
  /** Wait that WhatsApp asks for. */
  readonly retryAfterMs: number | null;
  /** By the messages we know, free text is allowed. */
  readonly isWindowOpen: boolean;
};

/** Decides what becomes of a message that WhatsApp refused at once; what else follows is the behaviour of its refusal. */
export function decideRejection(rejection: Rejection): RejectionVerdict {
  const refusal = classifyRefusal(rejection);
  return { refusal, message: FATES[refusal.behaviour](refusal, rejection) };
}

type FateOf = (refusal: Refusal, rejection: Rejection) => MessageFate;

/** The buyer, the number or the app waits: the message needs no wait of its own. */
const waits: FateOf = () => ({ kind: 'again', delayMs: 0, isCounted: false });
const ends: FateOf = () => ({ kind: 'give_up' });

const FATES: Readonly<Record<RefusalBehaviour, FateOf>> = {
  slow_number: waits,
  slow_app: waits,
  rest_number: waits,
  stop_number: waits,
  stop_app: waits,
  hold_recipient: (_refusal, rejection) => againUpTo(RECIPIENT_CALLS_MAX, rejection, 0),
  try_later: (refusal, rejection) =>
    againUpTo(
      refusal.callsMax ?? TRANSIENT_CALLS_MAX,
      rejection,
      transientDelayMs({ ...rejection, toldMs: rejection.retryAfterMs }),
    ),
  try_once_more: (refusal, rejection) => againUpTo(2, rejection, refusal.delayMs ?? 0),
  need_template: (refusal, rejection) =>
    rejection.isWindowOpen ? againUpTo(2, rejection, WINDOW_RETRY_MS) : ends(refusal, rejection),
  mark_unreachable: ends,
  rest_recipient: ends,
  opt_out: ends,
  ask_human: ends,
  report_defect: ends,
};

function againUpTo(callsMax: number, rejection: Rejection, delayMs: number): MessageFate {
  return rejection.refusals + 1 < callsMax
    ? { kind: 'again', delayMs, isCounted: true }
    : { kind: 'give_up' };
}

/** What follows from a `failed` status, which comes after WhatsApp had taken the message. */
export type FailureVerdict = {
  readonly refusal: Refusal;
  /** Wait before the same words leave as a new send; null = never by itself. */
  readonly resendAfterMs: number | null;
};

/**
 * Decides what follows from a message that WhatsApp took and then reported as failed. It is never sent again by itself,
 * with one exception, once: a closed window although ours was open at the call, reported soon, to a buyer who has not
 * written since.
 */
export function decideFailure(failure: {
  readonly code: number | null;
  /** When the call was made; null = it is not known. */
  readonly claimedAtMs: number | null;
  readonly nowMs: number;
  /** By the messages we know; null = none ever opened. */
  readonly windowClosesAtMs: number | null;
  readonly hasBuyerWrittenSince: boolean;
  /** It repeats another send, by itself or by order. */
  readonly isNewAttempt: boolean;
}): FailureVerdict {
  const refusal = classifyRefusal({ code: failure.code, httpStatus: null });
  const isRepeated = refusal.behaviour === 'need_template' && isFaultOfMeta(failure);
  return { refusal, resendAfterMs: isRepeated ? WINDOW_RETRY_MS : null };
}

/** Whether Meta refused for a closed window a message that was written in an open one, and nothing has come in between. */
function isFaultOfMeta(failure: Parameters<typeof decideFailure>[0]): boolean {
  const { claimedAtMs, nowMs, windowClosesAtMs, hasBuyerWrittenSince, isNewAttempt } = failure;
  if (claimedAtMs === null || nowMs - claimedAtMs > RESEND_MAX_AGE_MS) return false;
  return !isNewAttempt && !hasBuyerWrittenSince && isWindowOpenAt(windowClosesAtMs, claimedAtMs);
}
