import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long something that must happen may take (ms). It only keeps a test from hanging: far more than a machine needs that
 * stands still for seconds or works at a tenth of its speed.
 */
export const PATIENCE_MS = 120_000;

export type WaitOptions = {
  /** What is waited for, for the error message. */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
};

const NOTHING = [undefined, null, false] as const;

/**
 * Asks again and again until the question gives something other than undefined, null or false, and gives that back.
 * An error thrown meanwhile counts as "not yet"; the last one is told when the time is over.
 */
export async function waitFor<T>(
  question: () => T | Promise<T>,
  { what, timeoutMs = PATIENCE_MS, everyMs = 50 }: WaitOptions,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let last: string;
    try {
      const answer = await question();
      if (isSomething(answer)) return answer;
      last = `last answer: ${String(answer)}`;
    } catch (error) {
      last = `last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what} (${last}).`);
    await sleep(everyMs);
  }
}

function isSomething<T>(answer: T): answer is Exclude<T, undefined | null | false> {
  return !NOTHING.some((nothing) => nothing === answer);
}
