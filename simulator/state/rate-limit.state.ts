export type RateLimit = { readonly max: number; readonly interval_ms: number };

/** Counts requests in a rolling window. */
export class RollingWindow {
  private times: number[] = [];

  /** Takes one request; `remaining` is -1 when it is one too many. */
  take(limit: RateLimit, nowMs: number): { readonly isAllowed: boolean; readonly remaining: number } {
    const from = nowMs - limit.interval_ms;
    const firstInside = this.times.findIndex((time) => time > from);
    if (firstInside === -1) this.times = [];
    else if (firstInside > 0) this.times.splice(0, firstInside);
    if (this.times.length >= limit.max) return { isAllowed: false, remaining: 0 };
    this.times.push(nowMs);
    return { isAllowed: true, remaining: limit.max - this.times.length };
  }

  clear(): void {
    this.times = [];
  }
}
