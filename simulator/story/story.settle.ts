import { setTimeout as sleep } from 'node:timers/promises';
import { expectsNothing } from './story.expect';
import type { Finding } from './story.expect';
import type { Expectation } from './story.schema';

const LOOK_EVERY_MS = 200;
const WITHIN_MS = 30_000;
/** Longer than the quiet gap of the demo's policy: what has not happened by then does not come of what was said. */
const NOTHING_FOR_MS = 3_000;

type Look = { readonly findings: readonly Finding[]; readonly isQuiet: boolean };

/** Looks until everything expected is true and, where nothing may happen, has stayed so; gives what was found last. */
export async function settled(
  expectation: Expectation,
  look: () => Promise<Look>,
): Promise<readonly Finding[]> {
  const { staysMs, withinMs } = patienceOf(expectation);
  const deadline = Date.now() + withinMs + staysMs;
  let trueSince: number | null = null;
  for (;;) {
    const { findings, isQuiet } = await look();
    const isTrue = isQuiet && findings.every((finding) => finding.isTrue);
    trueSince = isTrue ? (trueSince ?? Date.now()) : null;
    const isSettled = trueSince !== null && Date.now() - trueSince >= staysMs;
    if (isSettled || Date.now() > deadline) return findings;
    await sleep(LOOK_EVERY_MS);
  }
}

function patienceOf(expectation: Expectation): { staysMs: number; withinMs: number } {
  const staysMs = expectation.for ?? (expectsNothing(expectation) ? NOTHING_FOR_MS : 0);
  return { staysMs, withinMs: expectation.within ?? WITHIN_MS };
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
