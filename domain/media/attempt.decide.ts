/** WhatsApp keeps a file for seven days after it was announced; after that there is nothing to ask for. */
export const MEDIA_LIFE_MS = 7 * 86_400_000;
/** Tries in all. With the pauses below they reach over the seven days. */
export const ATTEMPTS_MAX = 45;
/** Pause after the first failed try; it doubles. A link lives for five minutes, but each try asks for a new one. */
const PAUSE_FIRST_MS = 15_000;
const PAUSE_MAX_MS = 6 * 3_600_000;

/** What follows from a failed try: another one after a pause, or giving up with a reason. */
export type AfterFailure =
  | { readonly kind: 'again'; readonly delayMs: number }
  | { readonly kind: 'give-up'; readonly reasonCode: string };

/** Decides whether a file is tried again; `attempts` counts the failed one. The last try is at the end of the file's life. */
export function decideAfterFailure(failure: {
  readonly reasonCode: string;
  /** Whether another try may succeed. */
  readonly isPassing: boolean;
  readonly attempts: number;
  readonly nowMs: number;
  readonly announcedAtMs: number;
}): AfterFailure {
  if (!failure.isPassing) return { kind: 'give-up', reasonCode: failure.reasonCode };
  const leftMs = failure.announcedAtMs + MEDIA_LIFE_MS - failure.nowMs;
  if (leftMs <= 0) return { kind: 'give-up', reasonCode: 'media.expired' };
  if (failure.attempts >= ATTEMPTS_MAX) return { kind: 'give-up', reasonCode: failure.reasonCode };
  const pauseMs = PAUSE_FIRST_MS * 2 ** Math.min(failure.attempts - 1, 30);
  return { kind: 'again', delayMs: Math.min(pauseMs, PAUSE_MAX_MS, leftMs) };
}
