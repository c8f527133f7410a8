/** How long a receiver that fails is tried again; all in ms, but the factor. */
export type RetrySettings = {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Counted from when the event was to be told; each one is tried at least once, however old it is. */
  readonly giveUpAfterMs: number;
};

/** What follows from a failed attempt: another one, or none. */
type FailureVerdict = { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'dead' };

/** Whether an event is tried again after so many attempts, and after which wait; the last wait ends with the time to give up. */
export function decideRetry(
  failed: { readonly attempts: number; readonly ageMs: number },
  settings: RetrySettings,
): FailureVerdict {
  const leftMs = settings.giveUpAfterMs - failed.ageMs;
  if (leftMs <= 0) return { kind: 'dead' };
  const grown = settings.firstMs * settings.factor ** Math.max(failed.attempts - 1, 0);
  return { kind: 'retry', delayMs: Math.round(Math.min(grown, settings.maxMs, leftMs)) };
}
