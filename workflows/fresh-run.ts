import { metricMeter, workflowInfo } from '@temporalio/workflow';
import { EVENTS_AT_FRESH_RUN } from './contract';

/** Counts how long a history is whose run hands over to a fresh one; call it just before. Replays count nothing. */
export function recordFreshRun(): void {
  const { historyLength, workflowType } = workflowInfo();
  metricMeter
    .createHistogram(EVENTS_AT_FRESH_RUN, 'int', '', 'Events of a history at continue-as-new.')
    .record(historyLength, { workflow: workflowType });
}
