/*
 * Meta lets a business write first to so many different buyers within any 24 hours, over all its numbers.
 */

/** Rolling, as Meta counts. */
export const FIRST_CONTACT_PERIOD_MS = 24 * 3_600_000;

/** What every new business is allowed, and what holds until Meta's own word was read. */
const FIRST_CONTACTS_DEFAULT = 250;

const TIERS: Readonly<Record<string, number>> = {
  TIER_50: 50,
  TIER_250: 250,
  TIER_1K: 1_000,
  TIER_2K: 2_000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
  TIER_UNLIMITED: Number.POSITIVE_INFINITY,
};

/** A word of Meta's on how many buyers may be written to first: a tier, or a number of its own. */
export type LimitReport = { readonly limit: unknown; readonly atMs: number };

/** How many buyers may be written to first within 24 h: what Meta said last, and never more than people set. */
export function firstContactsMax(limits: {
  readonly policy: number | null;
  /** None = nothing was read or reported yet. */
  readonly reports: readonly LimitReport[];
}): number {
  const told = newestLimit(limits.reports);
  return Math.min(limits.policy ?? Number.POSITIVE_INFINITY, told ?? limits.policy ?? FIRST_CONTACTS_DEFAULT);
}

/** The newest report that can be read, in buyers within 24 h; null when there is none. Of one moment, the lowest counts. */
export function newestLimit(reports: readonly LimitReport[]): number | null {
  const readable = reports.flatMap(({ limit, atMs }) => {
    const max = buyersOf(limit);
    return max === null ? [] : [{ max, atMs }];
  });
  const newest = Math.max(...readable.map(({ atMs }) => atMs));
  const told = readable.filter(({ atMs }) => atMs === newest).map(({ max }) => max);
  return told.length === 0 ? null : Math.min(...told);
}

/** Meta names tiers, numbers, numbers as text, and a negative number where there is no limit. */
function buyersOf(limit: unknown): number | null {
  const text = typeof limit === 'number' ? String(limit) : limit;
  if (typeof text !== 'string' || text === '') return null;
  const tier = TIERS[text.toUpperCase()];
  if (tier !== undefined) return tier;
  if (!/^-?\d+$/.test(text)) return null;
  return Number(text) < 0 ? Number.POSITIVE_INFINITY : Number(text);
}

/** Whom we wrote to first within the last 24 h, without the buyer in question. */
export type FirstContacts = {
  readonly nowMs: number;
  readonly isCountedAlready: boolean;
  readonly othersCount: number;
  /**
   * When the first of those leaves the count whose leaving makes room; null = there is room, or no room will ever be.
   */
  readonly roomAtMs: number | null;
};

/** Whether there is room for one more buyer, or when there will be. */
export type Room = { readonly kind: 'go' } | { readonly kind: 'not_yet'; readonly atMs: number };

/** May one more buyer be written to first: now, or when. */
export function judgeFirstContact(facts: FirstContacts, max: number): Room {
  if (facts.isCountedAlready || facts.othersCount < max) return { kind: 'go' };
  return { kind: 'not_yet', atMs: Math.max(facts.roomAtMs ?? 0, facts.nowMs + 1_000) };
}

/** What one more buyer needs of several limits: room in all of them. */
export function strictest(rooms: readonly Room[]): Room {
  const times = rooms.flatMap((room) => (room.kind === 'go' ? [] : [room.atMs]));
  return times.length === 0 ? { kind: 'go' } : { kind: 'not_yet', atMs: Math.max(...times) };
}
