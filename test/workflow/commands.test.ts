import { handBack, pause, resume, skipFollowUp, takeOver } from '../../workflows/contract';
import { waitFor } from '../support/wait-for';
import type { FakeConversation } from './fake-conversation';
import { createSkippingStage } from './stage';
import type { Stage } from './stage';

const HOUR_MS = 3_600_000;

describe('a command that comes as a signal', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createSkippingStage();
  });
  afterAll(() => stage.close());

  async function begun(conversation: FakeConversation): Promise<void> {
    await stage.write(conversation, 'a');
    await waitFor(() => conversation.turns.length > 0 && conversation.isSettled(), {
      what: 'the first turn',
    });
  }

  async function applied(conversation: FakeConversation, count: number): Promise<void> {
    await waitFor(() => conversation.commands.size === count, { what: `${count} commands` });
  }

  it('is carried out once, in order, under a key of its own', async () => {
    const conversation = stage.conversation();
    await begun(conversation);
    const handle = stage.handle(conversation);
    for (const signal of [takeOver, handBack, pause, resume, skipFollowUp]) await handle.signal(signal);
    await handle.signal(pause, { untilMs: 1_800_000_000_000 });
    await applied(conversation, 6);
    expect([...conversation.commands.values()].map(({ kind, untilMs }) => [kind, untilMs])).toEqual([
      ['take_over', null],
      ['hand_back', null],
      ['pause', null],
      ['resume', null],
      ['skip_follow_up', null],
      ['pause', 1_800_000_000_000],
    ]);
    expect(conversation.callsOf('applySignal')).toHaveLength(6);
  });

  it('is carried over by a run that starts afresh in the same moment, under the same key', async () => {
    const conversation = stage.conversation({ idleLimitMs: HOUR_MS });
    await begun(conversation);
    const handle = stage.handle(conversation);
    const firstRunId = (await handle.describe()).runId;
    await stage.environment.sleep(2 * HOUR_MS);
    await handle.signal(takeOver);
    await applied(conversation, 1);
    expect((await handle.describe()).runId).not.toBe(firstRunId);
    expect([...conversation.commands.keys()]).toEqual([`signal:${firstRunId}:1`]);
    expect(conversation.callsOf('applySignal')).toHaveLength(1);
  });

  it('waits until Postgres is back', async () => {
    const conversation = stage.conversation();
    await begun(conversation);
    const beginMs = await stage.nowMs();
    conversation.behaviour.failure = (_, atMs) => (atMs < beginMs + 60_000 ? 'database-unavailable' : null);
    await stage.handle(conversation).signal(takeOver);
    await stage.environment.sleep('2 minutes');
    await applied(conversation, 1);
    expect(conversation.callsOf('applySignal').length).toBeGreaterThan(1);
  });

  it('that a defect holds up does not hold up the conversation', async () => {
    const conversation = stage.conversation();
    await begun(conversation);
    conversation.behaviour.failure = (activity) => (activity === 'applySignal' ? 'unexpected' : null);
    await stage.handle(conversation).signal(takeOver);
    await stage.write(conversation, 'b');
    await waitFor(() => conversation.handledFacts().length === 2, { what: 'the second turn' });
    expect(conversation.commands.size).toBe(0);
  });

  it.each([
    ['text', 'tomorrow'],
    ['nothing', null],
    ['a list', [1, 2]],
    ['a time that is a word', { untilMs: 'tomorrow' }],
    ['a time beyond all dates', { untilMs: 1e300 }],
  ])('to pause with %s instead of a time pauses for good', async (_, garbage) => {
    const conversation = stage.conversation();
    await begun(conversation);
    await stage.handle(conversation).signal('pause', garbage);
    await applied(conversation, 1);
    expect([...conversation.commands.values()]).toEqual([
      expect.objectContaining({ kind: 'pause', untilMs: null }),
    ]);
  });

  it('may carry anything, and unknown ones change nothing', async () => {
    const conversation = stage.conversation();
    await begun(conversation);
    const handle = stage.handle(conversation);
    await handle.signal('look', { deep: [{ nothing: null }] }, 'more', 3);
    await handle.signal('takeOver', new Uint8Array([0, 255]));
    await handle.signal('launchRocket', 'now');
    await stage.write(conversation, 'b');
    await waitFor(() => conversation.handledFacts().length === 2, { what: 'the second turn' });
    await applied(conversation, 1);
    expect([...conversation.commands.values()].map(({ kind }) => kind)).toEqual(['take_over']);
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });
});
