import type { Table } from '../state/journal.store';

const ROLLING_WINDOW_MS = 24 * 3_600_000;
const TIERS: readonly (readonly [number, string])[] = [
  [250, 'TIER_250'],
  [1_000, 'TIER_1K'],
  [2_000, 'TIER_2K'],
  [10_000, 'TIER_10K'],
  [100_000, 'TIER_100K'],
];

/** How many different buyers a business wrote to first (outside their window) within 24 h, over all its numbers. */
export class MessagingLimit {
  /** Buyer key → when the business last wrote first. */
  private readonly initiated: Table<number>;

  constructor(initiated: Table<number>) {
    this.initiated = initiated;
  }

  /** Counts the buyer; false when that would be one buyer too many. A buyer counted already costs nothing. */
  take(buyerKey: string, max: number | null, nowMs: number): boolean {
    const from = nowMs - ROLLING_WINDOW_MS;
    const isCounted = (this.initiated.get(buyerKey) ?? -Infinity) > from;
    if (!isCounted && max !== null && this.count(from) >= max) return false;
    this.initiated.put(buyerKey, nowMs);
    return true;
  }

  private count(fromMs: number): number {
    let count = 0;
    for (const atMs of this.initiated.values()) if (atMs > fromMs) count += 1;
    return count;
  }
}

/** The limit as `whatsapp_business_manager_messaging_limit` names it. */
export function tierOf(max: number | null): string {
  return TIERS.find(([limit]) => max !== null && max <= limit)?.[1] ?? 'TIER_UNLIMITED';
}
