import { z } from 'zod';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Pauses before the second, third, … attempt; the last one repeats. Meta says "with decreasing frequency", no more. */
const SCHEDULES = {
  /** For development: an API that was restarted has its webhooks within seconds. */
  quick: [200, 400, 800, 1_600, 3_200, 5_000],
  /** As over a real outage: some thirty attempts in a week. */
  week: [
    5 * SECOND_MS,
    30 * SECOND_MS,
    2 * MINUTE_MS,
    10 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    4 * HOUR_MS,
    6 * HOUR_MS,
  ],
} as const;

export const backOffSchema = z.strictObject({
  /** The name of a schedule, or pauses of one's own. */
  pauses: z.union([z.enum(['quick', 'week']), z.array(z.int().positive()).min(1).max(1000)]),
  /** After this a webhook is given up; Meta does after 7 days. */
  give_up_after_ms: z.int().positive(),
  /** Pauses and the time to give up are divided by it: 604800 makes a week one second. */
  time_factor: z.number().positive(),
});

export type BackOff = z.infer<typeof backOffSchema>;

/** How long to wait after so many failed attempts. */
export function pauseAfterMs(attemptCount: number, backOff: BackOff): number {
  const pauses: readonly number[] =
    typeof backOff.pauses === 'string' ? SCHEDULES[backOff.pauses] : backOff.pauses;
  const pauseMs = pauses[Math.min(attemptCount, pauses.length) - 1] ?? SECOND_MS;
  return pauseMs / backOff.time_factor;
}

/** Whether a webhook of this age is given up. */
export function isGivenUp(ageMs: number, backOff: BackOff): boolean {
  return ageMs > backOff.give_up_after_ms / backOff.time_factor;
}
