import type { Client } from '@temporalio/client';
import type { Database } from '../../platform/database';
import { isMediaDue } from '../../store/media.store';
import type { mediaFetch } from '../../workflows';
import { MEDIA_FETCH_WORKFLOW, MEDIA_FETCH_WORKFLOW_ID, TASK_QUEUES } from '../../workflows/contract';

/** While files stay due, the workflow that fetches them is started again after this time at the earliest. */
const AGAIN_AFTER_MS = 5_000;

/** Starts the workflow that fetches files while some are due; where it runs already, it goes on. */
export function createMediaFetchWaker(parts: {
  readonly database: Database;
  readonly temporal: Client;
  readonly deadlineMs: number;
}): () => Promise<void> {
  let wokenAtMs = -Infinity;
  return async () => {
    if (performance.now() < wokenAtMs + AGAIN_AFTER_MS || !(await isMediaDue(parts.database))) return;
    wokenAtMs = performance.now();
    await parts.temporal.withDeadline(Date.now() + parts.deadlineMs, () =>
      parts.temporal.workflow.start<typeof mediaFetch>(MEDIA_FETCH_WORKFLOW, {
        workflowId: MEDIA_FETCH_WORKFLOW_ID,
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue: TASK_QUEUES.conversation,
        args: [],
        staticSummary: 'files that no turn fetches',
      }),
    );
  };
}
