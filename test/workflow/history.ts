import type { WorkflowClient, WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
export type HistoryEvent = NonNullable<History['events']>[number];

/** The events of a run, oldest first. */
export async function eventsOf(handle: WorkflowHandle): Promise<readonly HistoryEvent[]> {
  return (await handle.fetchHistory()).events ?? [];
}

/** How many events carry these attributes, e.g. `timerStartedEventAttributes`. */
export function countOf(events: readonly HistoryEvent[], attributes: keyof HistoryEvent): number {
  return events.filter((event) => event[attributes] !== null && event[attributes] !== undefined).length;
}

const markerData = z.looseObject({ activity_type: z.string() });

/** Name of the local activity whose result an event keeps; null for every other event. */
export function localActivityOf(event: HistoryEvent): string | null {
  const [payload] = event.markerRecordedEventAttributes?.details?.['data']?.payloads ?? [];
  if (payload?.data === null || payload?.data === undefined) return null;
  return markerData.parse(JSON.parse(Buffer.from(payload.data).toString('utf8'))).activity_type;
}

/** How often a local activity ran in each workflow task. */
export function runsPerTask(events: readonly HistoryEvent[], activity: string): readonly number[] {
  const counts = new Map<string, number>();
  for (const event of events) {
    if (localActivityOf(event) !== activity) continue;
    const task = String(event.markerRecordedEventAttributes?.workflowTaskCompletedEventId);
    counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  return [...counts.values()];
}

/** The events of all runs of a workflow, from the first to the current one. */
export async function eventsOfRuns(
  client: WorkflowClient,
  workflowId: string,
): Promise<readonly (readonly HistoryEvent[])[]> {
  const current = await eventsOf(client.getHandle(workflowId));
  const runs: (readonly HistoryEvent[])[] = [];
  let runId = current[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId;
  while (typeof runId === 'string') {
    const events = await eventsOf(client.getHandle(workflowId, runId));
    runs.push(events);
    runId = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return runs;
}
