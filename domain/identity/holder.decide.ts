import type { Identifier } from './identifier';

export type { Identifier } from './identifier';

/** Who had an identifier of an item at the item's time. */
export type Holder = Identifier & {
  readonly buyerId: string;
  /** The earliest time at which the holder was seen with it. */
  readonly sinceMs: number;
  /** The user ids that the holder had at the item's time. */
  readonly userIds: readonly Identifier[];
};

/** What an item says about one person at one time. */
export type Naming = {
  readonly identifiers: readonly Identifier[];
  /** Those that the person took over at this very time, as a change of number reports. */
  readonly taken: readonly Identifier[];
  /** Those that the person had until then, as a change reports; these alone tell whether the holder is somebody else. */
  readonly left: readonly Identifier[];
  /** Those of them that are nobody's from this very time on. */
  readonly givenUp: readonly Identifier[];
  readonly atMs: number;
};

/** Whom an item is about, and who had one of its numbers before or after this person. */
export type Named<Found extends Holder> = {
  readonly people: readonly string[];
  readonly strangers: readonly Found[];
};

/**
 * Tells one person from two who had the same number. A user id is never given to somebody else, so its holder is meant.
 * A phone number is: its holder is a stranger who had another user id then, who had it before the person took it over, or
 * who was seen with it only after the person had given it up.
 */
export function whoIsMeant<Found extends Holder>(item: Naming, holders: readonly Found[]): Named<Found> {
  const userIds = item.identifiers.filter(isUserId);
  const byUserId = new Set(holders.filter(isUserId).map((holder) => holder.buyerId));
  const isStranger = (holder: Found): boolean =>
    !isUserId(holder) &&
    !byUserId.has(holder.buyerId) &&
    (contradict(includes(item.left, holder) ? item.left.filter(isUserId) : userIds, holder.userIds) ||
      (includes(item.taken, holder) && holder.sinceMs < item.atMs) ||
      (includes(item.givenUp, holder) && holder.sinceMs > item.atMs));
  const strangers = holders.filter(isStranger);
  const people = holders.filter((holder) => !strangers.includes(holder)).map((holder) => holder.buyerId);
  return { people: [...new Set(people)], strangers };
}

/** Both have a user id of one kind, and none in common. */
function contradict(some: readonly Identifier[], others: readonly Identifier[]): boolean {
  const isOfSameKind = some.some((one) => others.some((other) => other.kind === one.kind));
  return isOfSameKind && !some.some((one) => includes(others, one));
}

/** A username is for show only: it can be changed and passed on at any time. */
export function isUserId(identifier: Identifier): boolean {
  return identifier.kind !== 'wa_id';
}

function includes(identifiers: readonly Identifier[], wanted: Identifier): boolean {
  return identifiers.some((one) => one.kind === wanted.kind && one.value === wanted.value);
}
