/** Failures in a row after which a counterpart counts as away. */
const FAILURES_MAX = 3;
const PAUSE_MIN_MS = 500;
const PAUSE_MAX_MS = 5_000;

/** Stops calls to a counterpart that is away, and lets a probe through after growing pauses. */
export interface Breaker {
  allows(nowMs: number): boolean;
  succeeded(): void;
  failed(nowMs: number): void;
}

/** A breaker that is closed at first. */
export function createBreaker(): Breaker {
  let failuresInRow = 0;
  let closedAgainAtMs = 0;
  return {
    allows: (nowMs) => nowMs >= closedAgainAtMs,
    succeeded() {
      failuresInRow = 0;
      closedAgainAtMs = 0;
    },
    failed(nowMs) {
      failuresInRow += 1;
      if (failuresInRow < FAILURES_MAX) return;
      const pauseMs = Math.min(PAUSE_MIN_MS * 2 ** (failuresInRow - FAILURES_MAX), PAUSE_MAX_MS);
      closedAgainAtMs = nowMs + pauseMs;
    },
  };
}
