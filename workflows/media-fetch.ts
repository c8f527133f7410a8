import { log, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { TASK_QUEUES } from './contract';
import { isStepFailure } from './step-failure';

/** One run stays short; the sweep starts the next one while files are due. */
const ROUNDS_MAX = 20;

const { fetchDueMedia } = proxyActivities<Pick<Activities, 'fetchDueMedia'>>({
  taskQueue: TASK_QUEUES.media,
  // Longer than an activity takes files up and the longest download that the settings allow.
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '30 seconds',
  // The rows hold what is to be tried again, and when; the sweep is the only one that repeats.
  retry: { maximumAttempts: 1 },
});

/**
 * Fetches the files that no turn fetches: of messages without a turn, and all that must be tried again. Completes when
 * nothing is due; the sweep starts it again.
 */
export async function mediaFetch(): Promise<void> {
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    try {
      const { isMoreLeft } = await fetchDueMedia();
      if (!isMoreLeft) return;
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      log.warn('files could not be fetched');
      return;
    }
  }
}
