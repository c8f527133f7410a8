import { log, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { TASK_QUEUES } from './contract';

const media = proxyActivities<Pick<Activities, 'fetchMedia'>>({
  taskQueue: TASK_QUEUES.media,
  // Where no worker takes it up in time, the sweep finds the files.
  scheduleToStartTimeout: '1 minute',
  // Longer than an activity takes files up and the longest download that the settings allow.
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '30 seconds',
  // The rows hold what is to be tried again, and when; the sweep is the only one that repeats.
  retry: { maximumAttempts: 1 },
});

/** The files that are being fetched beside the conversation. */
export interface TurnMedia {
  /** Begins to fetch the files of a turn; nobody waits for it, and its failure is of no consequence here. */
  fetch(turnId: string): void;
  /** Whether a fetch goes on; a run that ended now would cut it off. */
  isUnderWay(): boolean;
}

/** Keeps account of the fetches of one run. */
export function createTurnMedia(): TurnMedia {
  const turnIds = new Set<string>();
  return {
    fetch(turnId) {
      // A turn that is taken up again, after an outage, finds its fetch going on.
      if (turnIds.has(turnId)) return;
      turnIds.add(turnId);
      media
        .fetchMedia({ turnId })
        .catch(() => {
          log.warn('the files of a turn are left to the sweep', { turnId });
        })
        .finally(() => {
          turnIds.delete(turnId);
        });
    },
    isUnderWay: () => turnIds.size > 0,
  };
}
