import { conversationWorkflowId } from '../../workflows/contract';
import { waitFor } from '../support/wait-for';
import { countOf, eventsOfRuns } from './history';
import { createSkippingStage } from './stage';
import type { Stage } from './stage';

const HOUR_MS = 3_600_000;

describe('a run', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createSkippingStage();
  });
  afterAll(() => stage.close());

  it('hands over to a fresh one on the first wake-up after an episode closed', async () => {
    const conversation = stage.conversation({ idleLimitMs: HOUR_MS });
    await stage.write(conversation, 'a');
    await waitFor(() => conversation.turns.length === 1 && conversation.isSettled(), { what: 'the turn' });
    const handle = stage.handle(conversation);
    const firstRunId = (await handle.describe()).runId;
    await stage.environment.sleep(2 * HOUR_MS);
    expect((await handle.describe()).runId).toBe(firstRunId);
    await stage.write(conversation, 'b');
    await waitFor(() => conversation.handledFacts().length === 2, { what: 'the second turn' });
    expect((await handle.describe()).runId).not.toBe(firstRunId);
    expect(conversation.handledFacts()).toEqual(['a', 'b']);
  });

  it('hands over to a fresh one at 500 events', async () => {
    const facts = Array.from({ length: 80 }, (_, index) => `fact-${index}`);
    const conversation = stage.conversation({ isAnswered: false, factsPerTurnMax: 1 });
    for (const fact of facts) conversation.write(fact, await stage.nowMs());
    await stage.look(conversation);
    await waitFor(
      async () => {
        await stage.environment.sleep('100ms');
        return conversation.handledFacts().length === facts.length;
      },
      { what: 'all turns' },
    );
    const runs = await eventsOfRuns(
      stage.environment.client.workflow,
      conversationWorkflowId(conversation.id),
    );
    expect(runs).toHaveLength(2);
    expect(runs[0]?.length).toBeGreaterThanOrEqual(500);
    expect(runs[0]?.length).toBeLessThan(520);
    expect(countOf(runs.flat(), 'workflowTaskFailedEventAttributes')).toBe(0);
    expect(conversation.handledFacts()).toEqual(facts);
  });

  it('ends when nothing was planned for 30 days, and the next message starts the conversation again', async () => {
    const conversation = stage.conversation();
    await stage.write(conversation, 'a');
    await waitFor(() => conversation.turns.length === 1 && conversation.isSettled(), { what: 'the turn' });
    await stage.environment.sleep('31 days');
    expect((await stage.handle(conversation).describe()).status.name).toBe('COMPLETED');
    await stage.write(conversation, 'b');
    await waitFor(() => conversation.handledFacts().length === 2, { what: 'the second turn' });
    expect((await stage.handle(conversation).describe()).status.name).toBe('RUNNING');
  });
});
