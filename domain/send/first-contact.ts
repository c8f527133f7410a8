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

/** How many buyers may be written to first within 24 h: what Meta says, and never more than people set. */
export function firstContactsMax(limits: {
  readonly policy: number | null;
  /** `whatsapp_business_manager_messaging_limit`; null = not read yet. */
  readonly tier: string | null;
}): number {
  const told = limits.tier === null ? undefined : TIERS[limits.tier.toUpperCase()];
  return Math.min(limits.policy ?? Number.POSITIVE_INFINITY, told ?? limits.policy ?? FIRST_CONTACTS_DEFAULT);
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

/** May one more buyer be written to first: now, or when. */
export function judgeFirstContact(
  facts: FirstContacts,
  max: number,
): { readonly kind: 'go' } | { readonly kind: 'not_yet'; readonly atMs: number } {
  if (facts.isCountedAlready || facts.othersCount < max) return { kind: 'go' };
  return { kind: 'not_yet', atMs: Math.max(facts.roomAtMs ?? 0, facts.nowMs + 1_000) };
}
