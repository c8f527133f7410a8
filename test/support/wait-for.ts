import { setTimeout as sleep } from 'node:timers/promises';

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
  { what, timeoutMs = 15_000, everyMs = 50 }: WaitOptions,
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

/** Waits, then checks that a statement still holds: for "nothing more happens" where only time can tell. */
export async function staysTrue(
  statement: () => boolean | Promise<boolean>,
  options: WaitOptions,
): Promise<void> {
  const deadline = Date.now() + (options.timeoutMs ?? 1_000);
  do {
    if (!(await statement())) throw new Error(`No longer true: ${options.what}.`);
    await sleep(options.everyMs ?? 50);
  } while (Date.now() < deadline);
}

function isSomething<T>(answer: T): answer is Exclude<T, undefined | null | false> {
  return !NOTHING.some((nothing) => nothing === answer);
}
