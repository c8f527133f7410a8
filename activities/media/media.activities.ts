import { Context } from '@temporalio/activity';
import { claimDueMedia, claimMediaOfTurn } from '../../store/media.store';
import type { ClaimedMedia } from '../../store/media.store';
import { fetchOne } from './fetch-media';
import type { FetchOutcome, FetchParts } from './fetch-media';

/** Files of one turn, or of one sweep, that are fetched at the same time. */
const PARALLEL_MAX = 4;
/** A try that has not been heard of for this time longer than it may last is over: its process died. */
const LEASE_MARGIN_MS = 30_000;
/** An activity takes nothing new up after this time; what is left waits for the next sweep. */
const TAKE_UP_MS = 60_000;
const HEARTBEAT_MS = 5_000;

/** How many files came to what; ids and numbers only. */
export type FetchReport = Readonly<Record<FetchOutcome, number>> & { readonly isMoreLeft: boolean };

/** What the worker of the `media` queue does. */
export function createMediaActivities(parts: FetchParts) {
  const leaseMs = parts.limits.timeoutMs + LEASE_MARGIN_MS;
  const { database } = parts;
  return {
    /** Fetches the files of a turn that nobody has tried yet. */
    fetchMedia: (input: { turnId: string }): Promise<FetchReport> =>
      fetchAll(parts, () => claimMediaOfTurn(database, input.turnId, leaseMs)),
    /** Fetches what is due: files of messages without a turn, and everything that must be tried again. */
    fetchDueMedia: (): Promise<FetchReport> => fetchAll(parts, () => claimDueMedia(database, leaseMs)),
  };
}

/** Takes files up one by one, some at the same time, until none is left or the time is over. */
async function fetchAll(
  parts: FetchParts,
  claimNext: () => Promise<ClaimedMedia | null>,
): Promise<FetchReport> {
  const context = Context.current();
  const endAtMs = performance.now() + TAKE_UP_MS;
  const counts: Record<FetchOutcome, number> = { stored: 0, again: 0, failed: 0 };
  let isMoreLeft = false;
  const work = async (): Promise<void> => {
    while (!context.cancellationSignal.aborted) {
      if (performance.now() > endAtMs) {
        isMoreLeft = true;
        return;
      }
      const media = await claimNext();
      if (media === null) return;
      counts[await fetchOne(parts, media, context.cancellationSignal)] += 1;
    }
  };
  const heartbeat = setInterval(() => {
    context.heartbeat();
  }, HEARTBEAT_MS);
  try {
    // Waits for all: a try must not go on behind the back of an activity that failed.
    const outcomes = await Promise.allSettled(Array.from({ length: PARALLEL_MAX }, work));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  } finally {
    clearInterval(heartbeat);
  }
  return { ...counts, isMoreLeft };
}
