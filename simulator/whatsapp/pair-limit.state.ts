import type { Table } from '../state/journal.store';

export type Bucket = { readonly tokens: number; readonly at_ms: number };
type Limit = { readonly burst: number; readonly interval_ms: number } | null;

/** Meta's limit between one business number and one user: a burst, then one message per interval. */
export class PairLimit {
  private readonly buckets: Table<Bucket>;

  constructor(buckets: Table<Bucket>) {
    this.buckets = buckets;
  }

  /** Takes one message from the allowance of the pair; false when there is none left. */
  take(pair: string, limit: Limit, nowMs: number): boolean {
    if (limit === null) return true;
    const before = this.buckets.get(pair) ?? { tokens: limit.burst, at_ms: nowMs };
    const refill = (nowMs - before.at_ms) / limit.interval_ms;
    const tokens = Math.min(limit.burst, before.tokens + refill);
    if (tokens < 1) return false;
    this.buckets.put(pair, { tokens: tokens - 1, at_ms: nowMs });
    return true;
  }
}
