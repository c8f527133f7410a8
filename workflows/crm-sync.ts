import { condition, continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { HubSpotActivities } from '../activities/hubspot/hubspot.activities';
import { look, TASK_QUEUES } from './contract';
import { recordFreshRun } from './fresh-run';

const HISTORY_LENGTH_MAX = 500;

const { drainOutbox } = proxyActivities<Pick<HubSpotActivities, 'drainOutbox'>>({
  taskQueue: TASK_QUEUES.hubspot,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '15 seconds',
  // The outbox waits in Postgres however long HubSpot is away.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/**
 * Mirrors the outbox into one HubSpot portal, one drain at a time, so that the portal's budget is kept in one place. Completes
 * when nothing waits; whoever writes to the outbox starts it again by signalWithStart.
 */
export async function crmSync(portalId: string): Promise<void> {
  let looks = 0;
  setHandler(look, () => {
    looks += 1;
  });
  for (;;) {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength >= HISTORY_LENGTH_MAX || continueAsNewSuggested) {
      recordFreshRun();
      await continueAsNew<typeof crmSync>(portalId);
    }
    const looksBefore = looks;
    const isWanted = () => looks > looksBefore;
    const { nextAtMs } = await drainOutbox({ portalId });
    // No await between this check and the end: a signal that came before is not lost.
    if (nextAtMs === null && !isWanted()) return;
    if (nextAtMs !== null)
      await condition(isWanted, Math.max(nextAtMs - Date.now(), 1), { summary: 'rows for hubspot wait' });
  }
}
