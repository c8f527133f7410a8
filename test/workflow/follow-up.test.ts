import { waitFor } from '../support/wait-for';
import { countOf, eventsOf } from './history';
import { createSkippingStage } from './stage';
import type { Stage } from './stage';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('a planned follow-up', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createSkippingStage();
  });
  afterAll(() => stage.close());

  it('is judged exactly when it is due, and leaves through the ledger', async () => {
    const conversation = stage.conversation({ followUpAfterMs: 3 * DAY_MS });
    await stage.write(conversation, 'a');
    await waitFor(() => conversation.isSettled() && conversation.followUps.length === 1, {
      what: 'the plan',
    });
    const dueAtMs = conversation.followUps[0]?.dueAtMs ?? 0;
    await stage.environment.sleep(3 * DAY_MS - HOUR_MS);
    expect(conversation.callsOf('judgeFollowUp')).toEqual([]);
    await stage.environment.sleep(2 * HOUR_MS);
    await waitFor(() => conversation.isSettled(), { what: 'the send of the follow-up' });
    const judged = conversation.callsOf('judgeFollowUp').map((call) => call.atMs - dueAtMs);
    expect(judged).toHaveLength(1);
    expect(judged[0]).toBeGreaterThanOrEqual(0);
    expect(judged[0]).toBeLessThan(HOUR_MS / 2);
    expect(conversation.sends.map((send) => send.deliveries)).toEqual([1, 1]);
  });

  it('moves the wake-up only when it is due earlier', async () => {
    const conversation = stage.conversation({ followUpAfterMs: 3 * DAY_MS });
    const timers = async (): Promise<readonly number[]> => {
      const events = await eventsOf(stage.handle(conversation));
      const kinds = ['timerStartedEventAttributes', 'timerCanceledEventAttributes'] as const;
      return kinds.map((kind) => countOf(events, kind));
    };
    const settledWith = async (followUps: number): Promise<void> => {
      await waitFor(async () => conversation.followUps.length === followUps && (await timers())[0] !== 0, {
        what: `${followUps} follow-ups`,
      });
      await stage.environment.sleep('1s');
    };
    await stage.write(conversation, 'a');
    await settledWith(1);
    await stage.environment.sleep(DAY_MS);
    await stage.write(conversation, 'b');
    await settledWith(2);
    const whenLater = await timers();
    conversation.behaviour.followUpAfterMs = HOUR_MS;
    await stage.write(conversation, 'c');
    await settledWith(3);
    expect([whenLater, await timers()]).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });
});
