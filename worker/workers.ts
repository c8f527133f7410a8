import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { LogLevel, NativeConnection, WorkerOptions, WorkflowBundleOption } from '@temporalio/worker';
import type { createActivities } from '../activities';
import type { Logger } from '../platform/logger';
import { EVENTS_AT_FRESH_RUN, TASK_QUEUES } from '../workflows/contract';
import { createActivityInterceptors } from './interceptors';

/** A worker that died gives its conversations to another one after this time. */
const STICKY_TIMEOUT = '2s';
/** Conversations kept in memory; one that is not is replayed, which is cheap as runs are short. */
const CACHED_WORKFLOWS_MAX = 500;
const WORKFLOW_TASKS_MAX = 40;
const REMOTE_ACTIVITIES_MAX = 50;
/** Each of them downloads some files at the same time. */
const MEDIA_ACTIVITIES_MAX = 10;

/**
 * Installs the SDK's runtime once per process, logging through ours; its own metrics, and those of the workflow code, are
 * served at `metricsAddress` (null = nowhere).
 */
export function installRuntime(logger: Logger, metricsAddress: string | null): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message }) => {
      // The queues of whatsapp, hubspot and media have activities only, on purpose.
      const isExpected = message.startsWith('No workflows registered');
      logger[isExpected ? 'debug' : LEVELS[level]]({ source: 'temporal' }, message);
    }),
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'WARN' }, forward: {} },
      ...(metricsAddress !== null && { metrics: { prometheus: prometheusAt(metricsAddress) } }),
    },
  });
}

function prometheusAt(bindAddress: string) {
  return {
    bindAddress,
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
    // The SDK's own are made for times.
    histogramBucketOverrides: { [EVENTS_AT_FRESH_RUN]: [50, 100, 200, 300, 400, 500, 600, 1_000, 4_000] },
  };
}

const LEVELS: Readonly<Record<LogLevel, 'debug' | 'info' | 'warn' | 'error'>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  // Starting and stopping of each queue's poller is of no interest to people.
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
};

/** One worker per task queue; workflows and the activities that need only Postgres share one. */
export async function createWorkers(parts: {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly logger: Logger;
  readonly localActivitiesMax: number;
  /** Whether activities are spans of the trace that their workflow was told of. */
  readonly isTraced: boolean;
  /** Running tasks get this long to end when the worker stops; then they are cancelled. */
  readonly shutdownGraceMs: number;
  readonly workflowBundle: WorkflowBundleOption;
  readonly activities: ReturnType<typeof createActivities>;
}): Promise<Worker[]> {
  const { connection, namespace, activities } = parts;
  const common: Pick<WorkerOptions, 'connection' | 'namespace' | 'shutdownGraceTime' | 'interceptors'> = {
    connection,
    namespace,
    shutdownGraceTime: parts.shutdownGraceMs,
    interceptors: { activity: createActivityInterceptors(parts) },
  };
  const remote = { ...common, maxConcurrentActivityTaskExecutions: REMOTE_ACTIVITIES_MAX };
  return await Promise.all([
    Worker.create({
      ...common,
      taskQueue: TASK_QUEUES.conversation,
      workflowBundle: parts.workflowBundle,
      activities: activities.conversation,
      maxConcurrentLocalActivityExecutions: parts.localActivitiesMax,
      maxConcurrentWorkflowTaskExecutions: WORKFLOW_TASKS_MAX,
      maxCachedWorkflows: CACHED_WORKFLOWS_MAX,
      stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT,
    }),
    Worker.create({ ...remote, taskQueue: TASK_QUEUES.whatsapp, activities: activities.whatsapp }),
    Worker.create({ ...remote, taskQueue: TASK_QUEUES.hubspot, activities: { ...activities.hubspot } }),
    Worker.create({
      ...common,
      taskQueue: TASK_QUEUES.media,
      activities: activities.media,
      maxConcurrentActivityTaskExecutions: MEDIA_ACTIVITIES_MAX,
    }),
  ]);
}
