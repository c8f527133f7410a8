import { waitFor } from '../support/wait-for';
import type { FakeConversation } from './fake-conversation';
import { eventsOf, runsPerTask } from './history';
import { createSkippingStage } from './stage';
import type { Stage } from './stage';

/** Waits until nothing is left to do for what was written. */
async function settled(conversation: FakeConversation, facts: number): Promise<void> {
  await waitFor(
    () => conversation.turns.flatMap((turn) => turn.facts).length === facts && conversation.isSettled(),
    { what: `${facts} facts to be taken up and settled` },
  );
}

describe('a turn', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createSkippingStage();
  });
  afterAll(() => stage.close());

  it('of a known buyer takes its steps in order', async () => {
    const conversation = stage.conversation();
    await stage.write(conversation, 'a');
    await settled(conversation, 1);
    expect(conversation.steps()).toEqual([
      'resolveIdentity',
      'reconstructContext',
      'decideRoute',
      'deliverSend',
      'planFollowUp',
    ]);
  });

  it('of an unknown buyer asks HubSpot before it is decided', async () => {
    const conversation = stage.conversation({ isBuyerKnown: false });
    await stage.write(conversation, 'a');
    await settled(conversation, 1);
    expect(conversation.steps().slice(0, 4)).toEqual([
      'resolveIdentity',
      'lookUpContact',
      'reconstructContext',
      'decideRoute',
    ]);
  });

  it('goes on as unknown when the look-up takes longer than it may', async () => {
    const conversation = stage.conversation({ isBuyerKnown: false, lookUpTimeoutMs: 1_000, lookUpMs: 2_000 });
    await stage.write(conversation, 'a');
    await settled(conversation, 1);
    const [asked, decided] = [conversation.callsOf('lookUpContact'), conversation.callsOf('decideRoute')];
    expect(conversation.isNotedAsUnknown).toBe(true);
    expect(conversation.handledFacts()).toEqual(['a']);
    expect((decided[0]?.atMs ?? 0) - (asked[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(900);
  });

  it('is one for all messages that come before the buyer is quiet', async () => {
    const conversation = stage.conversation({ quietGapMs: 60_000 });
    await stage.write(conversation, 'a', 'b', 'c', 'd', 'e');
    await stage.environment.sleep('5 minutes');
    await settled(conversation, 5);
    expect(conversation.turns.map((turn) => turn.facts)).toEqual([['a', 'b', 'c', 'd', 'e']]);
  });

  it('that a defect stops is parked with the reason, and the conversation goes on', async () => {
    const conversation = stage.conversation({
      failure: (activity) => (activity === 'reconstructContext' ? 'unexpected' : null),
    });
    await stage.write(conversation, 'a');
    await settled(conversation, 1);
    expect(conversation.parkedFor).toEqual(['turn.unexpected']);
    conversation.behaviour.failure = () => null;
    await stage.write(conversation, 'b');
    await settled(conversation, 2);
    expect(conversation.handledFacts()).toEqual(['b']);
  });

  it('never shares its workflow task with another', async () => {
    const conversation = stage.conversation({ isAnswered: false, factsPerTurnMax: 1 });
    for (const fact of ['a', 'b', 'c', 'd']) conversation.write(fact, await stage.nowMs());
    await stage.look(conversation);
    await stage.environment.sleep('1s');
    await settled(conversation, 4);
    expect(runsPerTask(await eventsOf(stage.handle(conversation)), 'decideRoute')).toEqual([1, 1, 1, 1]);
  });
});
