import { setTimeout as sleep } from 'node:timers/promises';
import { isBounded } from './story.expect';
import type { Finding } from './story.expect';
import type { Expectation } from './story.schema';

const LOOK_EVERY_MS = 200;
const WITHIN_MS = 30_000;
/** Longer than the quiet gap of the demo's policy: what has not happened by then does not come of what was said. */
const REST_MS = 2_500;

type Look = {
  readonly findings: readonly Finding[];
  readonly isQuiet: boolean;
  /** When something was last done or seen. */
  readonly changedAtMs: number;
};

/**
 * Looks until everything expected is true and, where more could still come, until the house is at rest; gives what was
 * found last.
 */
export async function settled(
  expectation: Expectation,
  look: () => Promise<Look>,
): Promise<readonly Finding[]> {
  const { staysMs, restMs, withinMs } = patienceOf(expectation);
  const deadline = Date.now() + withinMs + staysMs + restMs;
  let trueSince: number | null = null;
  for (;;) {
    const { findings, isQuiet, changedAtMs } = await look();
    const isTrue = isQuiet && findings.every((finding) => finding.isTrue);
    trueSince = isTrue ? (trueSince ?? Date.now()) : null;
    const settledAtMs = Math.max((trueSince ?? Infinity) + staysMs, changedAtMs + restMs);
    if (Date.now() >= settledAtMs || Date.now() > deadline) return findings;
    await sleep(LOOK_EVERY_MS);
  }
}

type Patience = { readonly staysMs: number; readonly restMs: number; readonly withinMs: number };

function patienceOf(expectation: Expectation): Patience {
  return {
    staysMs: expectation.for ?? 0,
    restMs: isBounded(expectation) ? REST_MS : 0,
    withinMs: expectation.within ?? WITHIN_MS,
  };
}

/** Looks until there is something, and says what it waited for when there never is. */
export async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited ${WITHIN_MS / 1000} s in vain for ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}
