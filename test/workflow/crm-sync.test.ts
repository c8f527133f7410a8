import { ApplicationFailure } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { DrainResult } from '../../activities/hubspot/outbox.drain';
import { CRM_SYNC_WORKFLOW, TASK_QUEUES, crmSyncWorkflowId, look } from '../../workflows/contract';
import { testAddress } from '../support/settings';
import { bundleWorkflows } from '../../worker/bundle';
import { installQuietRuntime } from './stage';

type Drain = () => Promise<DrainResult>;

let environment: TestWorkflowEnvironment;
let stopWorkers: () => Promise<void>;
let drains: Drain[] = [];
let drainCount = 0;

beforeAll(async () => {
  installQuietRuntime();
  const executable = { type: 'existing-path', path: testAddress('TEST_TIME_SKIPPING_SERVER_PATH') } as const;
  environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  const connection = environment.nativeConnection;
  const workers = [
    await Worker.create({
      connection,
      taskQueue: TASK_QUEUES.conversation,
      workflowBundle: await bundleWorkflows(),
    }),
    await Worker.create({ connection, taskQueue: TASK_QUEUES.hubspot, activities: { drainOutbox } }),
  ];
  const running = Promise.all(workers.map((worker) => worker.run()));
  stopWorkers = async () => {
    for (const worker of workers) worker.shutdown();
    await running;
  };
});
afterAll(async () => {
  await stopWorkers();
  await environment.teardown();
});

/** Gives the prepared answers one after the other; after the last one nothing waits. */
async function drainOutbox(): Promise<DrainResult> {
  drainCount += 1;
  return (drains.shift() ?? nothingWaits)();
}

const nothingWaits: Drain = () => Promise.resolve({ doneCount: 0, nextAtMs: null });
const waitsUntil =
  (atMs: () => Promise<number>): Drain =>
  async () => ({ doneCount: 1, nextAtMs: await atMs() });

async function start(portalId: string, ...answers: Drain[]) {
  drains = answers;
  drainCount = 0;
  return environment.client.workflow.signalWithStart(CRM_SYNC_WORKFLOW, {
    workflowId: crmSyncWorkflowId(portalId),
    taskQueue: TASK_QUEUES.conversation,
    args: [portalId],
    signal: look,
    signalArgs: [],
  });
}

/** The server's clock may have run on since: it skips whatever nobody waits for. */
async function closedAtMs(portalId: string): Promise<number> {
  const { closeTime } = await environment.client.workflow.getHandle(crmSyncWorkflowId(portalId)).describe();
  return closeTime?.getTime() ?? 0;
}

test('the mirror drains once and ends when nothing waits', async () => {
  const handle = await start('1');

  await handle.result();

  expect(drainCount).toBe(1);
});

test('rows of later are mirrored when their time comes', async () => {
  const dueAtMs = (await environment.currentTimeMs()) + 3_600_000;
  const handle = await start(
    '2',
    waitsUntil(() => Promise.resolve(dueAtMs)),
  );

  await handle.result();

  expect(drainCount).toBe(2);
  expect(await closedAtMs('2')).toBeGreaterThanOrEqual(dueAtMs);
});

test('a look while waiting is answered at once', async () => {
  const startedAtMs = await environment.currentTimeMs();
  const handle = await start(
    '3',
    waitsUntil(() => Promise.resolve(startedAtMs + 864_000_000)),
  );
  await environment.sleep('1 minute');

  await handle.signal(look);
  await handle.result();

  expect(drainCount).toBe(2);
  expect(await closedAtMs('3')).toBeLessThan(startedAtMs + 86_400_000);
});

test('a look during a drain is not lost', async () => {
  const handle = await start('4', async () => {
    await environment.client.workflow.getHandle(crmSyncWorkflowId('4')).signal(look);
    return { doneCount: 1, nextAtMs: null };
  });

  await handle.result();

  expect(drainCount).toBe(2);
});

test('the mirror does not give up while HubSpot is away', async () => {
  const away: Drain = () =>
    Promise.reject(
      ApplicationFailure.create({ type: 'hubspot-unavailable', message: 'hubspot-unavailable: x' }),
    );
  const handle = await start('5', ...Array.from({ length: 30 }, () => away));

  await handle.result();

  expect(drainCount).toBe(31);
});

test('a long life is cut into short histories', async () => {
  const soon = waitsUntil(async () => (await environment.currentTimeMs()) + 1_000);
  const handle = await start('6', ...Array.from({ length: 100 }, () => soon));

  await handle.result();

  expect(drainCount).toBe(101);
  const { runId, historyLength } = await environment.client.workflow
    .getHandle(crmSyncWorkflowId('6'))
    .describe();
  expect(runId).not.toBe(handle.signaledRunId);
  expect(historyLength).toBeLessThan(600);
});
