/*
 * How long to wait after a refusal. Every wait grows with the refusals in a row, and ends.
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits for one recipient: 4^X seconds, X = 0 to 4, as Meta advises. */
const RECIPIENT_STEPS = 5;
/** A passing fault: 2 s, doubling. */
const TRANSIENT_FIRST_MS = 2 * SECOND_MS;
const TRANSIENT_MAX_MS = 5 * MINUTE_MS;
/** A limit of calls: 2 s, doubling; limits of Meta that last longer than ten minutes say how long. */
const RATE_FIRST_MS = 2 * SECOND_MS;
const RATE_MAX_MS = 10 * MINUTE_MS;
/** A limit for quality is lifted by time and better messages, not by asking again: 15 min, doubling. */
const QUALITY_FIRST_MS = 15 * MINUTE_MS;
const QUALITY_MAX_MS = 24 * HOUR_MS;
/** No answer of WhatsApp may hold us longer than this: a mistaken header must not silence a number for good. */
const TOLD_MAX_MS = 24 * HOUR_MS;

/** Refusals of one message for the limit of its recipient before it is given up: after the last of the waits. */
export const RECIPIENT_CALLS_MAX = RECIPIENT_STEPS + 1;
/** Calls for one message that meets passing faults: waits of about ten minutes in all. */
export const TRANSIENT_CALLS_MAX = 9;

/** How long one recipient is held after so many refusals in a row, from 0. */
export function recipientHoldMs(level: number): number {
  return 4 ** Math.min(level, RECIPIENT_STEPS - 1) * SECOND_MS;
}

/**
 * The wait before a message is tried again after a passing fault. Spread by the id of the send, so that messages that
 * failed together do not come back together; never random, so that it can be computed again.
 */
export function transientDelayMs(facts: {
  readonly sendId: string;
  readonly refusals: number;
  readonly toldMs: number | null;
}): number {
  const full = grown(TRANSIENT_FIRST_MS, TRANSIENT_MAX_MS, facts.refusals);
  const own = Math.round(full * (0.5 + 0.5 * spread(`${facts.sendId}:${facts.refusals}`)));
  return Math.max(own, told(facts.toldMs));
}

/** What holds a channel back at the moment of a refusal. */
export type ChannelBackOff = { readonly level: number; readonly notBeforeMs: number };

/** How a channel waits after a refusal at this level; as long as WhatsApp asks for, if that is longer. */
export function backOffChannel(facts: {
  readonly kind: 'rate' | 'quality';
  readonly level: number;
  readonly nowMs: number;
  readonly toldMs: number | null;
}): ChannelBackOff {
  const own =
    facts.kind === 'rate'
      ? grown(RATE_FIRST_MS, RATE_MAX_MS, facts.level)
      : grown(QUALITY_FIRST_MS, QUALITY_MAX_MS, facts.level);
  return { level: facts.level + 1, notBeforeMs: facts.nowMs + Math.max(own, told(facts.toldMs)) };
}

function grown(firstMs: number, maxMs: number, steps: number): number {
  return Math.min(firstMs * 2 ** steps, maxMs);
}

function told(toldMs: number | null): number {
  return Math.min(Math.max(toldMs ?? 0, 0), TOLD_MAX_MS);
}

/** A number from 0 to below 1 that depends on the text alone (FNV-1a, its digits mixed once more). */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
