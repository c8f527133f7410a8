import { conversationWorkflowId, takeOver } from '../../workflows/contract';
import { waitFor } from '../support/wait-for';
import { countOf, eventsOfRuns } from './history';
import { createRealStage } from './stage';
import type { Stage } from './stage';

const AT_ONCE = 10;

describe('on the real server', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createRealStage();
  });
  afterAll(() => stage.close());

  it('a storm of signals over continue-as-new handles each fact exactly once', async () => {
    const conversation = stage.conversation({ factsPerTurnMax: 3 });
    const facts = Array.from({ length: 300 }, (_, index) => `fact-${index}`);
    for (let begin = 0; begin < facts.length; begin += AT_ONCE)
      await Promise.all(facts.slice(begin, begin + AT_ONCE).map((fact) => stage.write(conversation, fact)));
    await stage.handle(conversation).signal(takeOver);
    await waitFor(
      () => conversation.handledFacts().length >= facts.length && conversation.commands.size === 1,
      { what: 'all facts' },
    );
    await waitFor(() => conversation.isSettled(), { what: 'the last send' });
    const runs = await eventsOfRuns(
      stage.environment.client.workflow,
      conversationWorkflowId(conversation.id),
    );
    expect(runs.length).toBeGreaterThanOrEqual(3);
    expect([...conversation.handledFacts()].sort()).toEqual([...facts].sort());
    expect(new Set(conversation.sends.map((send) => send.deliveries))).toEqual(new Set([1]));
    expect(conversation.callsOf('deliverSend')).toHaveLength(conversation.sends.length);
    expect(countOf(runs.flat(), 'workflowExecutionFailedEventAttributes')).toBe(0);
    expect((await stage.handle(conversation).describe()).status.name).toBe('RUNNING');
  });

  it('a message in the moment in which a conversation completes is not lost', async () => {
    const conversation = stage.conversation({ idleLimitMs: 0, completeAfterMs: 0 });
    let isFirst = true;
    conversation.behaviour.beforeEnding = async () => {
      if (!isFirst) return;
      isFirst = false;
      await stage.write(conversation, 'b');
    };
    await stage.write(conversation, 'a');
    await waitFor(() => conversation.handledFacts().length === 2, { what: 'the second turn' });
    await stage.handle(conversation).result();
    const runs = await eventsOfRuns(
      stage.environment.client.workflow,
      conversationWorkflowId(conversation.id),
    );
    expect(runs).toHaveLength(1);
    expect(conversation.handledFacts()).toEqual(['a', 'b']);
  });
});
