/** How long free text is allowed after a buyer's message. */
const SERVICE_WINDOW_MS = 24 * 3_600_000;

/** How long free text is allowed after a message that came through a click-to-WhatsApp ad. */
const FREE_ENTRY_WINDOW_MS = 72 * 3_600_000;

/** When the window closes in which free text is allowed; null when no window ever opened. */
export function serviceWindow(times: {
  readonly lastInboundAtMs: number | null;
  readonly freeEntryAtMs?: number | null | undefined;
}): number | null {
  const ends: number[] = [];
  if (times.lastInboundAtMs !== null) ends.push(times.lastInboundAtMs + SERVICE_WINDOW_MS);
  if (typeof times.freeEntryAtMs === 'number') ends.push(times.freeEntryAtMs + FREE_ENTRY_WINDOW_MS);
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Whether free text may leave at a moment, given when its window closes. */
export function isWindowOpenAt(closesAtMs: number | null, nowMs: number): boolean {
  return closesAtMs !== null && nowMs < closesAtMs;
}
