import type { WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { bundleWorkflows } from '../../worker/bundle';
import { CONVERSATION_WORKFLOW, TASK_QUEUES, conversationWorkflowId, look } from '../../workflows/contract';
import { testAddress } from '../support/settings';
import { SEARCH_ATTRIBUTES, createNamespace } from '../support/temporal';
import { createFakeActivities } from './fake-activities';
import { FakeConversation } from './fake-conversation';
import type { Behaviour } from './fake-conversation';

/** The real workflow code on a server, over conversations in memory. */
export type Stage = {
  readonly environment: TestWorkflowEnvironment;
  readonly namespace: string;
  nowMs(): Promise<number>;
  /** A conversation that nobody has written in yet. */
  conversation(behaviour?: Partial<Behaviour>): FakeConversation;
  /** The buyer writes, and the workflow is told, as after a webhook. */
  write(conversation: FakeConversation, ...facts: readonly string[]): Promise<void>;
  /** Tells the workflow to look, starting it where none runs. */
  look(conversation: FakeConversation): Promise<void>;
  handle(conversation: FakeConversation): WorkflowHandle;
  close(): Promise<void>;
};

/** Time passes at once wherever a workflow only waits: for stories over days. */
export async function createSkippingStage(): Promise<Stage> {
  installQuietRuntime();
  const executable = { type: 'existing-path', path: testAddress('TEST_TIME_SKIPPING_SERVER_PATH') } as const;
  const environment = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  const namespace = environment.namespace ?? 'default';
  const searchAttributes = Object.fromEntries(
    Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, TYPE_NUMBERS[type]]),
  );
  await environment.connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  return await openStage(environment, { namespace, workflowBundle: await bundleWorkflows() });
}

/** As the protocol numbers them. */
const TYPE_NUMBERS = { Keyword: 2, Bool: 5, Datetime: 6 } as const;

/** The dev server that `npm test` started, in a namespace of its own; `code` plays in the place of the workflow code. */
export async function createRealStage(code?: { readonly code: string }): Promise<Stage> {
  installQuietRuntime();
  const address = testAddress('TEST_TEMPORAL_ADDRESS');
  const namespace = await createNamespace(address);
  return await openStage(await TestWorkflowEnvironment.createFromExistingServer({ address, namespace }), {
    namespace,
    workflowBundle: code ?? (await bundleWorkflows()),
  });
}

let isInstalled = false;

/** Warnings of the SDK about what a test does on purpose would hide the test's own words. There is one for each process. */
export function installQuietRuntime(): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
}

type Place = { readonly namespace: string; readonly workflowBundle: { readonly code: string } };

async function openStage(environment: TestWorkflowEnvironment, place: Place): Promise<Stage> {
  const { namespace } = place;
  const conversations: FakeConversation[] = [];
  const nowMs = () => environment.currentTimeMs();
  const handle = (conversation: FakeConversation) =>
    environment.client.workflow.getHandle(conversationWorkflowId(conversation.id));
  const tell = async (conversation: FakeConversation): Promise<void> => {
    await environment.client.workflow.signalWithStart(CONVERSATION_WORKFLOW, {
      workflowId: conversationWorkflowId(conversation.id),
      taskQueue: TASK_QUEUES.conversation,
      args: [conversation.id],
      signal: look,
    });
  };
  const workers = await createWorkers(
    environment,
    place,
    createFakeActivities((id) => {
      const found = conversations.find((conversation) => conversation.owns(id));
      if (found === undefined) throw new Error('No conversation has such a row.');
      return found;
    }, nowMs),
  );
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    environment,
    namespace,
    nowMs,
    handle,
    look: tell,
    conversation: (behaviour) => {
      const conversation = new FakeConversation(behaviour);
      conversations.push(conversation);
      return conversation;
    },
    write: async (conversation, ...facts) => {
      for (const fact of facts) {
        conversation.write(fact, await nowMs());
        await tell(conversation);
      }
    },
    close: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
      await environment.teardown();
    },
  };
}

async function createWorkers(
  environment: TestWorkflowEnvironment,
  { namespace, workflowBundle }: Place,
  activities: ReturnType<typeof createFakeActivities>,
): Promise<Worker[]> {
  // The name keeps the machine's own out of recorded histories.
  const common = { connection: environment.nativeConnection, namespace, identity: 'test-worker' };
  return await Promise.all([
    Worker.create({
      ...common,
      taskQueue: TASK_QUEUES.conversation,
      workflowBundle,
      activities: activities.conversation,
    }),
    Worker.create({ ...common, taskQueue: TASK_QUEUES.whatsapp, activities: activities.whatsapp }),
    Worker.create({ ...common, taskQueue: TASK_QUEUES.hubspot, activities: activities.hubspot }),
    Worker.create({ ...common, taskQueue: TASK_QUEUES.media, activities: activities.media }),
  ]);
}
