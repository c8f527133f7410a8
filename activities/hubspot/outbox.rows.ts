import type { Database } from '../../platform/database';
import { markDead, markDone, postpone } from '../../store/crm-outbox.store';
import type { WaitingObject } from '../../store/crm-outbox.store';
import { concernsEveryRow, isPassing, toApplicationFailure } from './hubspot.errors';
import type { HubSpotFailure } from './hubspot.errors';

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 300_000;
/** So many failures in a row are HubSpot's, not a row's. */
const FAILURES_IN_A_ROW_MAX = 3;

/** Settles the rows of objects as their fate becomes known, and stops the drain when HubSpot as a whole is the problem. */
export type RowKeeper = {
  readonly done: (object: WaitingObject) => Promise<void>;
  readonly dead: (object: WaitingObject, errorCode: string) => Promise<void>;
  /** Tried again later, without holding up the others. */
  readonly later: (object: WaitingObject, delay: { delayMs: number; errorCode: string }) => Promise<void>;
  /** Throws when no other row can succeed now. */
  readonly failed: (object: WaitingObject, failure: HubSpotFailure) => Promise<void>;
  readonly doneCount: () => number;
};

/** Builds the keeper of one drain. */
export function createRowKeeper(database: Database): RowKeeper {
  let doneCount = 0;
  let failuresInARow = 0;
  return {
    async done(object) {
      await markDone(database, object.rowIds);
      doneCount += object.rowIds.length;
      failuresInARow = 0;
    },
    async dead(object, errorCode) {
      await markDead(database, object.rowIds, errorCode);
      failuresInARow = 0;
    },
    async later(object, delay) {
      await postpone(database, object.rowIds, delay);
    },
    async failed(object, failure) {
      if (concernsEveryRow(failure)) throw toApplicationFailure(failure);
      if (!isPassing(failure)) {
        await markDead(database, object.rowIds, failure.code);
        failuresInARow = 0;
        return;
      }
      const delayMs = failure.retryAfterMs ?? backoffMs(object.attempts);
      await postpone(database, object.rowIds, { delayMs, errorCode: failure.code });
      failuresInARow += failure.class === 'locked' ? 0 : 1;
      if (failuresInARow >= FAILURES_IN_A_ROW_MAX) throw toApplicationFailure(failure);
    },
    doneCount: () => doneCount,
  };
}

function backoffMs(attempts: number): number {
  return Math.min(BACKOFF_FIRST_MS * 2 ** Math.min(attempts, 20), BACKOFF_MAX_MS);
}
