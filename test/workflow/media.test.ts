import { waitFor } from '../support/wait-for';
import { conversationWorkflowId } from '../../workflows/contract';
import type { FakeConversation } from './fake-conversation';
import { countOf, eventsOf, eventsOfRuns } from './history';
import { createRealStage } from './stage';
import type { Stage } from './stage';

/** Longer than everything else in a test takes. */
const FETCH_MS = 3_000;

async function settled(conversation: FakeConversation, turns: number): Promise<void> {
  await waitFor(() => conversation.turns.length === turns && conversation.isSettled(), {
    what: `${turns} turn(s) to be settled`,
  });
}

describe('the files of a turn', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createRealStage();
  });
  afterAll(() => stage.close());

  const runsOf = (conversation: FakeConversation) =>
    eventsOfRuns(stage.environment.client.workflow, conversationWorkflowId(conversation.id));
  const fetched = (conversation: FakeConversation, count: number) =>
    waitFor(() => conversation.turnsFetched.length === count, { what: `${count} fetch(es)` });

  it.concurrent(
    'are fetched while the answer leaves, and the next turn does not wait for them either',
    async () => {
      const conversation = stage.conversation({ hasMedia: true, fetchMs: FETCH_MS });
      await stage.write(conversation, 'a');
      await settled(conversation, 1);
      conversation.behaviour.hasMedia = false;
      await stage.write(conversation, 'b');
      await settled(conversation, 2);
      expect(conversation.sends.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
      expect(conversation.turnsFetched).toEqual([]);
      await fetched(conversation, 1);
      expect(conversation.turnsFetched).toEqual([conversation.turns[0]?.id]);
    },
  );

  it.concurrent('may fail without any consequence for the turn', async () => {
    const conversation = stage.conversation({
      hasMedia: true,
      failure: (activity) => (activity === 'fetchMedia' ? 'unexpected' : null),
    });
    for (const [index, fact] of ['a', 'b'].entries()) {
      await stage.write(conversation, fact);
      await settled(conversation, index + 1);
    }
    expect(conversation.handledFacts()).toEqual(['a', 'b']);
    expect(conversation.callsOf('fetchMedia')).toHaveLength(2);
    expect(conversation.parkedFor).toEqual([]);
    const events = await eventsOf(stage.handle(conversation));
    expect(countOf(events, 'workflowTaskFailedEventAttributes')).toBe(0);
  });

  it.concurrent('hold a fresh start up until they are fetched', async () => {
    const conversation = stage.conversation({ hasMedia: true, fetchMs: FETCH_MS, idleLimitMs: 0 });
    await stage.write(conversation, 'a');
    await settled(conversation, 1);
    expect(conversation.episodesClosed).toBe(1);
    conversation.behaviour.hasMedia = false;
    await stage.write(conversation, 'b');
    await settled(conversation, 2);
    expect(await runsOf(conversation)).toHaveLength(1);
    await fetched(conversation, 1);
    await waitFor(
      async () =>
        countOf(await eventsOf(stage.handle(conversation)), 'activityTaskCompletedEventAttributes') === 3,
      { what: 'the workflow to hear of it' },
    );
    await stage.write(conversation, 'c');
    await settled(conversation, 3);
    expect(await runsOf(conversation)).toHaveLength(2);
    expect(conversation.handledFacts()).toEqual(['a', 'b', 'c']);
  });

  it.concurrent('are waited for by a run that has nothing else to do', async () => {
    const conversation = stage.conversation({
      hasMedia: true,
      fetchMs: FETCH_MS,
      idleLimitMs: 0,
      completeAfterMs: 0,
    });
    await stage.write(conversation, 'a');
    await settled(conversation, 1);
    expect((await stage.handle(conversation).describe()).status.name).toBe('RUNNING');
    await stage.handle(conversation).result();
    expect(conversation.turnsFetched).toHaveLength(1);
  });

  it.concurrent('wait for nothing when a message comes meanwhile', async () => {
    const conversation = stage.conversation({
      hasMedia: true,
      fetchMs: FETCH_MS,
      idleLimitMs: 0,
      completeAfterMs: 0,
    });
    await stage.write(conversation, 'a');
    await settled(conversation, 1);
    conversation.behaviour.hasMedia = false;
    await stage.write(conversation, 'b');
    await settled(conversation, 2);
    expect(conversation.turnsFetched).toEqual([]);
    await stage.handle(conversation).result();
    expect(conversation.turnsFetched).toHaveLength(1);
  });
});
