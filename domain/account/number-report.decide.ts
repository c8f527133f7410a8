/** A value that was reported at a time. */
type Reported = { readonly value: string; readonly atMs: number };

/** What holds, since when, and what had held before. */
export type Held = Reported & { readonly previous: Reported | null };

/** Reads reports in any order: the newest value holds, since it was first reported without another one between. */
function heldValue(reports: readonly Reported[]): Held | null {
  const newestFirst = [...reports].sort((a, b) => b.atMs - a.atMs || (a.value < b.value ? -1 : 1));
  const [newest] = newestFirst;
  if (newest === undefined) return null;
  const end = newestFirst.findIndex(({ value }) => value !== newest.value);
  const run = end === -1 ? newestFirst : newestFirst.slice(0, end);
  const before = end === -1 ? null : heldValue(newestFirst.slice(end));
  return {
    value: newest.value,
    atMs: run.at(-1)?.atMs ?? newest.atMs,
    previous: before === null ? null : { value: before.value, atMs: before.atMs },
  };
}

/** Events that tell of the quality of a number; the others tell of its limit only. */
const QUALITY = new Set(['FLAGGED', 'UNFLAGGED']);

/** What the reports about a number tell of its quality, and of how many buyers may be written to first. */
export function qualityOf(
  reports: readonly { readonly event: string; readonly limit: unknown; readonly atMs: number }[],
): {
  quality: Held | null;
  limit: Held | null;
} {
  return {
    quality: heldValue(
      reports.filter(({ event }) => QUALITY.has(event)).map(({ event, atMs }) => ({ value: event, atMs })),
    ),
    limit: heldValue(
      reports.flatMap(({ limit, atMs }) =>
        typeof limit === 'string' || typeof limit === 'number' ? [{ value: String(limit), atMs }] : [],
      ),
    ),
  };
}
