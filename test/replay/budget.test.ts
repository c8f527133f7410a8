import { waitFor } from '../support/wait-for';
import type { FakeConversation } from '../workflow/fake-conversation';
import { countOf, eventsOf, localActivityOf } from '../workflow/history';
import type { HistoryEvent } from '../workflow/history';
import { createRealStage } from '../workflow/stage';
import type { Stage } from '../workflow/stage';
import { atRest } from './export-history';

const DAY_MS = 86_400_000;

/** What Temporal Cloud bills: signals, timers, attribute upserts, activities; all local ones of a task together are one. */
function billedActions(events: readonly HistoryEvent[]): number {
  const localTasks = events
    .filter((event) => localActivityOf(event) !== null)
    .map((event) => String(event.markerRecordedEventAttributes?.workflowTaskCompletedEventId));
  const single = [
    'workflowExecutionSignaledEventAttributes',
    'timerStartedEventAttributes',
    'upsertWorkflowSearchAttributesEventAttributes',
    'activityTaskScheduledEventAttributes',
  ] as const;
  const counts = single.map((attributes) => countOf(events, attributes));
  return new Set(localTasks).size + counts.reduce((sum, count) => sum + count, 0);
}

describe('an answered turn of a known buyer', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createRealStage();
  });
  afterAll(() => stage.close());

  /** The events that one more message of the buyer causes. */
  async function eventsOfTurn(
    conversation: FakeConversation,
    fact: string,
  ): Promise<readonly HistoryEvent[]> {
    const before = await eventsOf(stage.handle(conversation)).catch(() => []);
    await stage.write(conversation, fact);
    await atRest(stage, conversation);
    const events = (await eventsOf(stage.handle(conversation))).slice(before.length);
    // The first turn does not pay for the start of the conversation.
    return events.filter((event) => !event.workflowExecutionStartedEventAttributes);
  }

  it.each([
    ['without a quiet gap', 0, 20],
    ['with a quiet gap', 300, 25],
  ])('%s stays within its budget of events and billed actions', async (_, quietGapMs, eventsMax) => {
    const conversation = stage.conversation({ quietGapMs, followUpAfterMs: DAY_MS });
    for (const fact of ['a', 'b']) {
      const events = await eventsOfTurn(conversation, fact);
      expect(events.length).toBeLessThanOrEqual(eventsMax);
      expect(billedActions(events)).toBeLessThanOrEqual(8);
    }
  });

  it('costs five events more when the answer is held before it leaves', async () => {
    const conversation = stage.conversation({ holdMs: 300, followUpAfterMs: DAY_MS });
    for (const fact of ['a', 'b']) {
      const events = await eventsOfTurn(conversation, fact);
      expect(events.length).toBeLessThanOrEqual(25);
      expect(billedActions(events)).toBeLessThanOrEqual(8);
    }
    expect(conversation.sends.map((send) => send.deliveries)).toEqual([1, 1]);
  });

  it('with files costs one activity more, and the task that hears of its end', async () => {
    const conversation = stage.conversation({ followUpAfterMs: DAY_MS, hasMedia: true, fetchMs: 300 });
    const events = await eventsOfTurn(conversation, 'a');
    await waitFor(
      async () =>
        countOf(await eventsOf(stage.handle(conversation)), 'activityTaskCompletedEventAttributes') === 2,
      { what: 'the end of the fetch' },
    );
    await atRest(stage, conversation);
    const all = await eventsOf(stage.handle(conversation));
    expect(all.length - events.length).toBeLessThanOrEqual(6);
    expect(all.length).toBeLessThanOrEqual(26);
    expect(billedActions(all)).toBeLessThanOrEqual(9);
  });

  it('stays within its budget when the wake-up must come earlier than before', async () => {
    const conversation = stage.conversation({ followUpAfterMs: DAY_MS });
    await eventsOfTurn(conversation, 'a');
    conversation.behaviour.followUpAfterMs = DAY_MS / 2;
    const events = await eventsOfTurn(conversation, 'b');
    expect(countOf(events, 'timerCanceledEventAttributes')).toBe(1);
    expect(events.length).toBeLessThanOrEqual(20);
    expect(billedActions(events)).toBeLessThanOrEqual(8);
  });

  it('pays one timer and one more delivery for a wait at the gate, and asks nobody meanwhile', async () => {
    const conversation = stage.conversation({ followUpAfterMs: DAY_MS, gateWaitsMs: [1_500] });
    await stage.write(conversation, 'a');
    await waitFor(() => conversation.sends.some((send) => send.deliveries === 1), { what: 'the delivery' });
    await atRest(stage, conversation);
    const events = await eventsOf(stage.handle(conversation));
    const [asked, delivered, ...others] = conversation.callsOf('deliverSend');
    expect(others).toEqual([]);
    expect((delivered?.atMs ?? 0) - (asked?.atMs ?? 0)).toBeGreaterThanOrEqual(1_500);
    expect(events.length - 1).toBeLessThanOrEqual(20 + 13);
    expect(billedActions(events)).toBeLessThanOrEqual(8 + 4);
  });
});
