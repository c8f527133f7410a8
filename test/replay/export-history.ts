import { z } from 'zod';
import { conversationWorkflowId } from '../../workflows/contract';
import { testAddress } from '../support/settings';
import { temporalCli } from '../support/temporal';
import { waitFor } from '../support/wait-for';
import type { FakeConversation } from '../workflow/fake-conversation';
import { countOf, eventsOf, eventsOfRuns } from '../workflow/history';
import type { Stage } from '../workflow/stage';

const exported = z.object({ events: z.array(z.looseObject({ eventType: z.string() })).min(1) });
/** A history as the Temporal CLI exports it, without what names a machine or changes with every recording. */
export type ExportedHistory = z.infer<typeof exported>;

/** Fields that no replay needs: who asked, from which machine and file. */
const DROPPED = new Set(['identity', 'stackTrace', 'taskId', 'requestId']);

/** The histories of all runs of a conversation at rest, in order. */
export async function exportRuns(
  stage: Stage,
  conversation: FakeConversation,
): Promise<readonly ExportedHistory[]> {
  await atRest(stage, conversation);
  const workflowId = conversationWorkflowId(conversation.id);
  const runs = await eventsOfRuns(stage.environment.client.workflow, workflowId);
  return await Promise.all(
    runs.map(async (events) => {
      const runId = events[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? '';
      const show = ['workflow', 'show', '--namespace', stage.namespace, '--output', 'json'];
      const text = await temporalCli(
        testAddress('TEST_TEMPORAL_ADDRESS'),
        ...[...show, '--workflow-id', workflowId, '--run-id', runId],
      );
      return exported.parse(
        JSON.parse(text, (key, value: unknown) => (DROPPED.has(key) ? undefined : value)),
      );
    }),
  );
}

/** Waits until no workflow task of the conversation is under way. */
export async function atRest(stage: Stage, conversation: FakeConversation): Promise<void> {
  const handle = stage.handle(conversation);
  await waitFor(
    async () => {
      const events = await eventsOf(handle);
      const began = countOf(events, 'workflowTaskScheduledEventAttributes');
      const ended = countOf(events, 'workflowTaskCompletedEventAttributes');
      return conversation.isSettled() && began === ended;
    },
    { what: 'the end of the last workflow task' },
  );
}
