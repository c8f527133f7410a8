import type { SendStatus } from '../vocabulary';

/*
 * One line of rank makes the fate of a send independent of the order of reports: the highest seen holds.
 * `failed` stands above `sent` and below `delivered`: a failure wins unless something better was seen, and a late
 * `sent` never clears it. Any report by WhatsApp outranks `unconfirmed` and our own verdicts.
 */
const RANK: Readonly<Record<SendStatus, number>> = {
  draft: 0,
  planned: 1,
  held: 2,
  claimed: 3,
  refused: 4,
  recalled: 5,
  unconfirmed: 6,
  accepted: 7,
  sent: 8,
  failed: 9,
  delivered: 10,
  read: 11,
  played: 12,
};

/** The rank of a status: statuses only move to a higher one. */
export function rankOfStatus(status: SendStatus): number {
  return RANK[status];
}

/** Applies a reported status: forward only, so duplicates and any order of arrival end in the same state. */
export function applyStatus(current: SendStatus, incoming: SendStatus): SendStatus {
  return RANK[incoming] > RANK[current] ? incoming : current;
}

/** Reason of a send that a person declared not to have left: their word, which WhatsApp's own word outranks. */
export const RESOLVED_NOT_LEFT = 'send.resolved_not_left';
/** Reason of a send that a person declared to have left. */
export const RESOLVED_LEFT = 'send.resolved_left';

/** Applies what WhatsApp reports to a send; one that failed by a person's word only is still unconfirmed to WhatsApp. */
export function applyReport(
  current: { readonly status: SendStatus; readonly reasonCode: string | null },
  reported: SendStatus,
): SendStatus {
  return applyStatus(isPresumedNotLeft(current) ? 'unconfirmed' : current.status, reported);
}

/** Whether only a person's word says that the message did not leave. */
export function isPresumedNotLeft(send: {
  readonly status: SendStatus;
  readonly reasonCode: string | null;
}): boolean {
  return send.status === 'failed' && send.reasonCode === RESOLVED_NOT_LEFT;
}

/** Reason of a send that WhatsApp reported as failed without saying why. */
export const FAILED_WITHOUT_CAUSE = 'send.failed';

/** Whether a failed send still lacks WhatsApp's own word why: only then does a refusal of it tell anything new. */
export function isUnexplained(send: {
  readonly status: SendStatus;
  readonly reasonCode: string | null;
}): boolean {
  return isPresumedNotLeft(send) || (send.status === 'failed' && send.reasonCode === FAILED_WITHOUT_CAUSE);
}

/**
 * What WhatsApp's answer that a message did not leave means for its send: it waits to leave again, it has failed as people
 * had decided about it meanwhile, or nothing, as reports tell more.
 */
export function applyRefusalTo(current: {
  readonly status: SendStatus;
  readonly reasonCode: string | null;
}): 'open' | 'failed' | 'as_it_is' {
  if (['claimed', 'unconfirmed', 'planned'].includes(current.status)) return 'open';
  const isPresumedLeft = current.status === 'accepted' && current.reasonCode === RESOLVED_LEFT;
  return isPresumedLeft || isUnexplained(current) ? 'failed' : 'as_it_is';
}

/**
 * Whether a reported failure is that of another call than the one that counts: of a message under another id, or of the
 * call that WhatsApp had answered with the same refusal. It reports the same failure in its answer, later, or in both.
 */
export function isFailureOfOtherAttempt(
  send: {
    readonly status: SendStatus;
    readonly whatsapp_id: string | null;
    /** Of the last refusal; null = no call was refused. */
    readonly errorCode: number | null;
  },
  failure: { readonly whatsappId: string; readonly code: number | null },
): boolean {
  if (send.whatsapp_id !== null) return send.whatsapp_id !== failure.whatsappId;
  const isTriedAgain = isWaitingToLeave(send.status) || send.status === 'claimed';
  return (
    isTriedAgain && send.errorCode !== null && (failure.code === null || failure.code === send.errorCode)
  );
}

/** What a person can order about one send. */
export type SendOrder = 'cancel' | 'edit' | 'approve' | 'reject' | 'it_left' | 'it_did_not_leave';

type OrderRule = { readonly from: readonly SendStatus[]; readonly to: SendStatus | 'as_it_is' };

/** Nobody has begun to send it: it can be taken back. */
export const NOT_CLAIMED: readonly SendStatus[] = ['draft', 'planned', 'held'];

/** It is on its way, or may be: it counts against every limit. */
export const MAY_HAVE_LEFT: readonly SendStatus[] = [
  'claimed',
  'unconfirmed',
  'accepted',
  'sent',
  'delivered',
  'read',
  'played',
];

const ORDER_RULES: Readonly<Record<SendOrder, OrderRule>> = {
  cancel: { from: NOT_CLAIMED, to: 'recalled' },
  edit: { from: NOT_CLAIMED, to: 'as_it_is' },
  approve: { from: ['draft'], to: 'planned' },
  reject: { from: ['draft'], to: 'recalled' },
  it_left: { from: ['unconfirmed'], to: 'accepted' },
  it_did_not_leave: { from: ['unconfirmed'], to: 'failed' },
};

/** The status that an order gives a send; null when the send is not where such an order is possible. */
export function applyOrder(current: SendStatus, order: SendOrder): SendStatus | null {
  const { from, to } = ORDER_RULES[order];
  if (!from.includes(current)) return null;
  return to === 'as_it_is' ? current : to;
}

/** Whether a send waits to leave, so that the gate may let it. */
export function isWaitingToLeave(status: SendStatus): boolean {
  return status === 'planned' || status === 'held';
}

/** Whether WhatsApp has the message (it may not have reached the buyer yet). */
export function isOnItsWay(status: SendStatus): boolean {
  return RANK[status] >= RANK.accepted && status !== 'failed';
}

/** Whether the buyer has seen the message. */
export function isSeen(status: SendStatus): boolean {
  return RANK[status] >= RANK.read;
}
