import type { Client } from '@temporalio/client';
import { firstRow } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { describeError } from '../../platform/logger';
import type { Logger } from '../../platform/logger';
import type { crmSync } from '../../workflows';
import { CRM_SYNC_WORKFLOW, TASK_QUEUES, crmSyncWorkflowId, look } from '../../workflows/contract';
import { liftEndedRestrictions } from '../../store/account-standing.store';
import { readSendable } from '../../store/crm-outbox.store';
import { countDueHistoryWaits } from '../../store/history-wait.store';
import { assignItems, findUnassigned } from './assign';
import { findNotHandedOver } from './hand-over';
import type { HandOver } from './hand-over';
import { runHubSpotStarts } from './hubspot-starts';
import { replyModel } from './reply-model';
import { createMediaFetchWaker } from './wake-media-fetch';

export type SweepSettings = {
  readonly everyMs: number;
  /** Younger work is still in the hands of the process that took it in. */
  readonly olderThanMs: number;
  /** Bounds what one sweep takes on, so that a backlog after an outage does not flood Temporal. */
  readonly countMax: number;
  /** The mirror is told again after this time when work is still waiting. */
  readonly crmAgainAfterMs: number;
  readonly deadlineMs: number;
};

const SWEEP_SETTINGS: SweepSettings = {
  everyMs: 1_000,
  olderThanMs: 3_000,
  countMax: 200,
  crmAgainAfterMs: 30_000,
  deadlineMs: 2_000,
};

/** Finds what was left behind by a crash or an outage, again and again, and wakes the HubSpot mirror and the fetcher of files. Returns the stop. */
export function startSweep(parts: {
  readonly database: TransactionalDatabase;
  readonly temporal: Client;
  readonly handOver: HandOver;
  readonly logger: Logger;
  readonly settings?: SweepSettings;
}): () => Promise<void> {
  const settings = parts.settings ?? SWEEP_SETTINGS;
  const wakeMediaFetch = createMediaFetchWaker({ ...parts, deadlineMs: settings.deadlineMs });
  let isStopped = false;
  let wake: () => void = () => undefined;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      try {
        await sweepOnce(parts, settings);
        await wakeMediaFetch();
      } catch (error) {
        parts.logger.warn(describeError(error), 'a sweep failed, the next one tries again');
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, settings.everyMs);
      });
    }
  };
  const running = run();
  return async () => {
    isStopped = true;
    wake();
    await running;
  };
}

async function sweepOnce(
  parts: { database: TransactionalDatabase; temporal: Client; handOver: HandOver },
  settings: SweepSettings,
): Promise<void> {
  const items = await findUnassigned(parts.database, settings.olderThanMs, settings.countMax);
  for (const conversationId of await assignItems(parts.database, items)) parts.handOver.soon(conversationId);
  for (const conversationId of await liftEndedRestrictions(parts.database))
    parts.handOver.soon(conversationId);
  for (const conversationId of await runHubSpotStarts(parts.database, settings.countMax))
    parts.handOver.soon(conversationId);
  for (const conversationId of await findNotHandedOver(
    parts.database,
    settings.olderThanMs,
    settings.countMax,
  ))
    parts.handOver.soon(conversationId);
  await countDueHistoryWaits(parts.database, replyModel(), {
    withinMs: 0,
    afterId: null,
    countMax: settings.countMax,
  });
  await wakeCrmSync(parts.database, parts.temporal, settings);
}

/** Signals the mirror when rows came that it was not told of, or when due rows wait for long. */
async function wakeCrmSync(database: Database, temporal: Client, settings: SweepSettings): Promise<void> {
  const waiting = await readSendable(database);
  if (waiting === null) return;
  const due = await readPortalToWake(database, waiting, settings.crmAgainAfterMs);
  if (due === null) return;
  await temporal.withDeadline(Date.now() + settings.deadlineMs, () =>
    temporal.workflow.signalWithStart<typeof crmSync>(CRM_SYNC_WORKFLOW, {
      workflowId: crmSyncWorkflowId(due),
      taskQueue: TASK_QUEUES.conversation,
      args: [due],
      signal: look,
      signalArgs: [],
      staticSummary: 'mirror into HubSpot',
    }),
  );
  await database.query(
    'update hubspot_portal set woken_outbox_id = greatest(woken_outbox_id, $2), woken_at = now() where portal_id = $1',
    [due, waiting.newestId],
  );
}

async function readPortalToWake(
  database: Database,
  waiting: { readonly newestId: number; readonly dueAtMs: number },
  againAfterMs: number,
): Promise<string | null> {
  const found = await database.query<{ portal_id: string }>(
    `select portal_id from hubspot_portal
      where woken_outbox_id < $1
         or ($2 <= to_ms(now()) and woken_at < now() - $3 * interval '1 millisecond')
      limit 1`,
    [waiting.newestId, waiting.dueAtMs, againAfterMs],
  );
  return firstRow(found)?.portal_id ?? null;
}
