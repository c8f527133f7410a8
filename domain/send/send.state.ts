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

/** Whether WhatsApp has the message (it may not have reached the buyer yet). */
export function isOnItsWay(status: SendStatus): boolean {
  return RANK[status] >= RANK.accepted && status !== 'failed';
}

/** Whether the buyer has seen the message. */
export function isSeen(status: SendStatus): boolean {
  return RANK[status] >= RANK.read;
}
