/** When something was done (unix ms): between the two, which lie far apart where the machine stood still meanwhile. */
export type Moment = { readonly fromMs: number; readonly toMs: number };

/** Times are written down and rounded at several places. */
const TOLERANCE_MS = 500;

/** Does something, and gives the moment. */
export async function momentOf(act: () => Promise<unknown>): Promise<Moment> {
  const fromMs = Date.now();
  await act();
  return { fromMs, toMs: Date.now() };
}

/** How long after a moment a time lies, in whole seconds: the number that was meant, if it can be that, else the nearest one. */
export function secondsAfter(moment: Moment, timeMs: number, meant: number): number {
  const meantAtMs = timeMs - meant * 1_000;
  if (meantAtMs < moment.fromMs - TOLERANCE_MS) return Math.round((timeMs - moment.fromMs) / 1_000);
  if (meantAtMs > moment.toMs + TOLERANCE_MS) return Math.round((timeMs - moment.toMs) / 1_000);
  return meant;
}
