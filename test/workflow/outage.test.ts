import { waitFor } from '../support/wait-for';
import { createSkippingStage } from './stage';
import type { Stage } from './stage';

const HOUR_MS = 3_600_000;

describe('an outage of Postgres', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createSkippingStage();
  });
  afterAll(() => stage.close());

  it('of an hour is waited out, and nothing is lost', async () => {
    const conversation = stage.conversation();
    const beginMs = await stage.nowMs();
    conversation.behaviour.failure = (_, atMs) => (atMs < beginMs + HOUR_MS ? 'database-unavailable' : null);
    await stage.write(conversation, 'a');
    await stage.environment.sleep('30 minutes');
    await stage.write(conversation, 'b');
    await stage.environment.sleep('31 minutes');
    await waitFor(() => conversation.isSettled() && conversation.turns.length > 0, { what: 'the turn' });
    expect(conversation.handledFacts()).toEqual(['a', 'b']);
    expect(conversation.parkedFor).toEqual([]);
    expect((await stage.handle(conversation).describe()).status.name).toBe('RUNNING');
  });

  it.each(['resolveIdentity', 'reconstructContext', 'decideRoute', 'planFollowUp'] as const)(
    'in the middle of a turn, at %s, answers it once',
    async (step) => {
      const conversation = stage.conversation();
      let failuresLeft = 3;
      conversation.behaviour.failure = (activity) => {
        if (activity !== step || failuresLeft === 0) return null;
        failuresLeft -= 1;
        return 'database-unavailable';
      };
      await stage.write(conversation, 'a');
      await stage.environment.sleep('1 minute');
      await waitFor(() => conversation.isSettled(), { what: 'the turn' });
      expect(failuresLeft).toBe(0);
      expect(conversation.turns).toEqual([expect.objectContaining({ facts: ['a'], status: 'decided' })]);
      expect(conversation.sends.map((send) => send.deliveries)).toEqual([1]);
    },
  );
});
