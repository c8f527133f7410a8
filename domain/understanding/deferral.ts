const HOUR_MS = 3_600_000;

/** Until when a buyer who wants to come back to it is left alone; named days beat an open promise. */
export function deferredUntil(evidence: readonly string[], messageAtMs: number): number | null {
  if (!evidence.some((code) => code === 'deferral' || code.startsWith('deferral.'))) return null;
  return messageAtMs + (evidence.includes('deferral.next_week') ? 7 * 24 : 24) * HOUR_MS;
}
