/** Whether free text may leave at a moment, given when its window closes; null = none ever opened. */
export function isWindowOpenAt(closesAtMs: number | null, nowMs: number): boolean {
  return closesAtMs !== null && nowMs < closesAtMs;
}
