import { z } from 'zod';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  week: 604_800_000,
};
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|weeks?)\b/g;

/** A duration as people write it, such as `2s`, `1h 30min` or `3 days`, in ms; null for anything else. */
export function durationMs(text: string): number | null {
  const parts = [...text.matchAll(PART)];
  if (parts.length === 0 || text.replaceAll(PART, '').replaceAll(/[\s,]|and/g, '') !== '') return null;
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS_MS[singular(unit ?? '')] ?? 0),
    0,
  );
}

function singular(unit: string): string {
  return unit.length > 3 && unit.endsWith('s') ? unit.slice(0, -1) : unit;
}

export const durationSchema = z.string().transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== null) return ms;
  context.addIssue({ code: 'custom', message: 'Write a duration such as 2s, 10min, 1h 30min or 3 days.' });
  return z.NEVER;
});
