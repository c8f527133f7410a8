import { takeOver } from '../../workflows/contract';
import { waitFor } from '../support/wait-for';
import type { FakeConversation } from './fake-conversation';
import { createSkippingStage } from './stage';
import type { Stage } from './stage';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('an answer that is held', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createSkippingStage();
  });
  afterAll(() => stage.close());

  async function held(followUpAfterMs: number | null = null): Promise<FakeConversation> {
    const conversation = stage.conversation({ holdMs: HOUR_MS, followUpAfterMs });
    await stage.write(conversation, 'a');
    await waitFor(() => conversation.sends.length === 1, { what: 'the held answer' });
    return conversation;
  }

  it('leaves at its time, once, and is looked for no earlier', async () => {
    const conversation = await held();
    const dueAtMs = conversation.sends[0]?.dueAtMs ?? 0;
    await stage.environment.sleep(HOUR_MS - MINUTE_MS);
    expect(conversation.callsOf('deliverSend')).toEqual([]);
    await stage.environment.sleep(2 * MINUTE_MS);
    await waitFor(() => conversation.isSettled(), { what: 'the send' });
    expect(conversation.sends.map((send) => send.deliveries)).toEqual([1]);
    expect((conversation.sends[0]?.deliveredAtMs ?? 0) - dueAtMs).toBeLessThan(MINUTE_MS / 2);
  });

  it('does not keep a newer message waiting, which it is recalled for', async () => {
    const conversation = await held();
    await stage.environment.sleep(MINUTE_MS);
    await stage.write(conversation, 'b');
    await waitFor(() => conversation.sends.length === 2, { what: 'the second answer' });
    await stage.environment.sleep(2 * HOUR_MS);
    await waitFor(() => conversation.isSettled(), { what: 'the send' });
    expect(conversation.handledFacts()).toEqual(['a', 'b']);
    expect(conversation.sends.map((send) => send.deliveries)).toEqual([0, 1]);
  });

  it('keeps its time when somebody looks or commands meanwhile', async () => {
    const conversation = await held();
    await stage.look(conversation);
    await stage.handle(conversation).signal(takeOver);
    await waitFor(() => conversation.commands.size === 1, { what: 'the command' });
    expect(conversation.sends[0]?.deliveries).toBe(0);
    await stage.environment.sleep(2 * HOUR_MS);
    await waitFor(() => conversation.sends[0]?.deliveries === 1, { what: 'the send' });
  });

  it('does not leave when it was cancelled', async () => {
    const conversation = await held();
    conversation.recall();
    await stage.environment.sleep(2 * HOUR_MS);
    await waitFor(() => conversation.isSettled(), { what: 'rest' });
    expect(conversation.sends.map((send) => send.deliveries)).toEqual([0]);
  });

  it('holds a follow-up as well', async () => {
    const conversation = await held(2 * HOUR_MS);
    await stage.environment.sleep(HOUR_MS + MINUTE_MS);
    await waitFor(() => conversation.followUps.length === 1, { what: 'the plan' });
    await stage.environment.sleep(4 * HOUR_MS);
    await waitFor(() => conversation.sends[1]?.deliveries === 1, { what: 'the follow-up' });
    const [, followUp] = conversation.sends;
    const judgedAtMs = conversation.followUps[0]?.judgedAtMs ?? 0;
    expect((followUp?.deliveredAtMs ?? 0) - judgedAtMs).toBeGreaterThanOrEqual(HOUR_MS);
  });
});
