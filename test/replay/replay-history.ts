import { Worker } from '@temporalio/worker';
import { z } from 'zod';
import type { ExportedHistory } from './export-history';

const started = z.looseObject({
  workflowExecutionStartedEventAttributes: z.looseObject({ workflowId: z.string() }),
});

/** Runs workflow code against a history, without any server; throws when it would have acted differently. */
export async function replayHistory(
  workflowBundle: { readonly code: string },
  history: ExportedHistory,
): Promise<void> {
  const first = started.parse(history.events[0]);
  await Worker.runReplayHistory(
    { workflowBundle },
    history,
    first.workflowExecutionStartedEventAttributes.workflowId,
  );
}
