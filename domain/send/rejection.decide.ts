import { RECIPIENT_CALLS_MAX, TRANSIENT_CALLS_MAX, transientDelayMs } from './back-off';
import { classifyRefusal } from './refusal.table';
import type { Refusal, RefusalBehaviour } from './refusal.table';

/** Wait before a message is repeated that WhatsApp refused for a closed window while ours is open: a fault of Meta's. */
const WINDOW_RETRY_MS = 5_000;

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
 * with one exception: a closed window reported while ours is open, once.
 */
export function decideFailure(failure: {
  readonly code: number | null;
  readonly isWindowOpen: boolean;
  readonly isResend: boolean;
}): FailureVerdict {
  const refusal = classifyRefusal({ code: failure.code, httpStatus: null });
  const isFaultOfMeta = refusal.behaviour === 'need_template' && failure.isWindowOpen && !failure.isResend;
  return { refusal, resendAfterMs: isFaultOfMeta ? WINDOW_RETRY_MS : null };
}
