import { z } from 'zod';
import { TEST_SETTINGS } from '../support/settings';
import {
  conversationWorkflowId,
  handBack,
  pause,
  resume,
  skipFollowUp,
  takeOver,
} from '../../workflows/contract';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const OTHER_AGENT = { token: TEST_SETTINGS.otherAgentToken };
const answerSchema = z.looseObject({
  outcome: z.string(),
  repeated: z.boolean(),
  send_id: z.string().nullable(),
  conversation: z.looseObject({ owner: z.string(), paused_until: z.string().nullable(), epoch: z.number() }),
});

async function order(buyer: Buyer, command: string, json: unknown = {}) {
  return answerSchema.parse(await buyer.command(command, json));
}

/** A buyer who was answered once. */
async function answeredBuyer(question = 'Do you deliver?'): Promise<Buyer> {
  const buyer = house.buyer();
  await buyer.write(question);
  await buyer.receives(1);
  await buyer.settles(1);
  return buyer;
}

/** What became of the buyer's last turn. */
async function lastRoute(buyer: Buyer): Promise<string> {
  const { decisions } = await buyer.conversation();
  const route = decisions.findLast(({ kind }) => kind === 'route');
  return `${route?.verdict ?? 'none'} ${route?.reason_code ?? 'none'}`;
}

describe('commands over HTTP', () => {
  it.concurrent('after a take-over automation is silent, after hand-back it answers again', async () => {
    const buyer = await answeredBuyer();
    expect((await order(buyer, 'take-over')).conversation.owner).toBe('agent:anna');
    await buyer.write('Do you also deliver on Sundays?');
    await buyer.settles(2);
    expect(await lastRoute(buyer)).toBe('human route.owner');
    expect(await buyer.received()).toHaveLength(1);
    expect((await order(buyer, 'hand-back')).conversation.owner).toBe('automation');
    await buyer.write('Do you also deliver at night?');
    await buyer.receives(2);
  });

  it.concurrent(
    'a pause silences automation until it is resumed, and survives a change of owner',
    async () => {
      const buyer = await answeredBuyer();
      const paused = await order(buyer, 'pause', { forever: true });
      expect(paused.conversation.paused_until).toBe('infinity');
      await order(buyer, 'take-over');
      await order(buyer, 'hand-back');
      await buyer.write('Do you also deliver on Sundays?');
      await buyer.settles(2);
      expect(await lastRoute(buyer)).toBe('human route.paused');
      expect((await order(buyer, 'resume')).conversation.paused_until).toBeNull();
      await buyer.write('Do you also deliver at night?');
      await buyer.receives(2);
    },
  );

  it.concurrent('a pause until a time ends by itself', async () => {
    const buyer = await answeredBuyer();
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expect((await order(buyer, 'pause', { until })).conversation.paused_until).toBe(until);
    // No process of the product takes a clock from outside: the end of the pause comes to us.
    await house.rows('update conversation set paused_until = now() where id = $1', [
      (await buyer.conversation()).id,
    ]);
    await buyer.write('Do you also deliver at night?');
    expect(await buyer.receives(2)).toHaveLength(2);
  });

  it.concurrent('an overridden route sends the next turn to a person', async () => {
    const buyer = await answeredBuyer();
    await order(buyer, 'route', { route: 'human' });
    await buyer.write('Do you also deliver on Sundays?');
    await buyer.settles(2);
    expect(await lastRoute(buyer)).toBe('human route.override');
    expect(await buyer.received()).toHaveLength(1);
  });

  it.concurrent('a message of an agent takes over at once and leaves', async () => {
    const buyer = await answeredBuyer('How much is the set?');
    const answer = await order(buyer, 'messages', {
      text: { body: 'Anna here: ten per cent less for you.' },
    });
    expect(answer.conversation.owner).toBe('agent:anna');
    await buyer.receives(2);
    expect((await buyer.texts())[1]).toBe('Anna here: ten per cent less for you.');
    // The phone has it before WhatsApp's answer is written down here.
    const { messages, follow_ups: followUps } = await buyer.conversationWhere(
      'her message is written down',
      ({ sends }) => sends.some(({ id, status }) => id === answer.send_id && status !== 'claimed'),
    );
    expect(messages.at(-1)).toMatchObject({ author: 'agent:anna', send_id: answer.send_id });
    expect(followUps[0]).toMatchObject({ status: 'ended', reason_code: 'command.send_message' });
  });

  it.concurrent('another agent is refused without force, and both orders stand in the log', async () => {
    const buyer = await answeredBuyer();
    await order(buyer, 'take-over');
    const { id } = await buyer.conversation();
    expect((await house.api.command(id, 'take-over', OTHER_AGENT)).status).toBe(409);
    const forced = await house.api.command(id, 'take-over', { ...OTHER_AGENT, json: { force: true } });
    expect(forced.status).toBe(200);
    const { commands, owner } = await buyer.conversation();
    expect(owner).toBe('agent:ben');
    expect(commands.map(({ actor, outcome, refusal }) => ({ actor, outcome, refusal }))).toEqual([
      { actor: 'anna', outcome: 'done', refusal: null },
      { actor: 'ben', outcome: 'refused', refusal: 'owned_by_other_agent' },
      { actor: 'ben', outcome: 'done', refusal: null },
    ]);
  });

  it.concurrent('the same message ordered many times with one key leaves once', async () => {
    const buyer = await answeredBuyer();
    const { id } = await buyer.conversation();
    const json = { text: { body: 'We call you tomorrow.' } };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => house.api.command(id, 'messages', { json, idempotencyKey: 'call-1' })),
    );
    expect(new Set(answers.map(({ body }) => answerSchema.parse(body).send_id)).size).toBe(1);
    expect(answers.filter(({ body }) => !answerSchema.parse(body).repeated)).toHaveLength(1);
    await buyer.receives(2);
    await buyer.settles(1);
    expect(await buyer.received()).toHaveLength(2);
  });
});

describe('commands by signal, as from the Temporal UI', () => {
  const handleOf = async (buyer: Buyer) =>
    house.temporalClient().workflow.getHandle(conversationWorkflowId((await buyer.conversation()).id));

  it.concurrent('take over and hand back work and are logged as unverified', async () => {
    const buyer = await answeredBuyer();
    const handle = await handleOf(buyer);
    await handle.signal(takeOver);
    await buyer.conversationWhere('an operator has it', ({ owner }) => owner === 'agent:temporal-operator');
    await buyer.write('Do you also deliver on Sundays?');
    await buyer.settles(2);
    expect(await buyer.received()).toHaveLength(1);
    await handle.signal(handBack);
    const { commands } = await buyer.conversationWhere(
      'automation has it',
      ({ owner }) => owner === 'automation',
    );
    expect(commands).toMatchObject([
      { kind: 'take_over', actor: 'temporal-operator', is_verified: false, outcome: 'done' },
      { kind: 'hand_back', actor: 'temporal-operator', is_verified: false, outcome: 'done' },
    ]);
  });

  it.concurrent('pause and resume work, and a pause without a time is for good', async () => {
    const buyer = await answeredBuyer();
    const handle = await handleOf(buyer);
    await handle.signal(pause);
    await buyer.conversationWhere('it is paused', (one) => one.paused_until === 'infinity');
    await handle.signal(resume);
    await buyer.conversationWhere('it goes on', (one) => one.paused_until === null);
    const untilMs = Date.now() + 3_600_000;
    await handle.signal(pause, { untilMs });
    const { commands } = await buyer.conversationWhere(
      'it is paused for an hour',
      (one) => one.paused_until === new Date(untilMs).toISOString(),
    );
    expect(commands.map(({ kind, is_verified: isVerified }) => `${kind} ${String(isVerified)}`)).toEqual([
      'pause false',
      'resume false',
      'pause false',
    ]);
  });

  it.concurrent('a skipped follow-up is not sent', async () => {
    const buyer = await answeredBuyer('How much is the set?');
    await buyer.conversationWhere('one is planned', (one) => one.follow_ups.length > 0);
    await (await handleOf(buyer)).signal(skipFollowUp);
    const { follow_ups: followUps } = await buyer.conversationWhere(
      'it is dropped',
      (one) => one.follow_ups[0]?.status !== 'planned',
    );
    expect(followUps[0]).toMatchObject({ status: 'ended', reason_code: 'command.skip_follow_up' });
  });
});

describe('while no worker runs', () => {
  it('every command is answered, and takes effect when one is back', async () => {
    const [taken, paused, written, handed] = await Promise.all([
      answeredBuyer(),
      answeredBuyer(),
      answeredBuyer(),
      answeredBuyer(),
    ]);
    await order(handed, 'take-over');
    await house.stop('worker');
    expect((await order(taken, 'take-over')).conversation.owner).toBe('agent:anna');
    expect((await order(paused, 'pause', { forever: true })).conversation.paused_until).toBe('infinity');
    expect((await order(handed, 'hand-back')).conversation.owner).toBe('automation');
    await order(written, 'messages', { text: { body: 'Anna here, sent while the worker was away.' } });
    await order(written, 'follow-up-rule', { cap: 0 });
    await order(written, 'route', { route: 'human' });
    for (const buyer of [taken, paused, handed]) await buyer.write('Do you also deliver at night?');

    await house.start('worker');
    await Promise.all([written.receives(2), handed.receives(2)]);
    await Promise.all([taken, paused, handed].map((buyer) => buyer.settles(2)));
    expect((await written.texts())[1]).toBe('Anna here, sent while the worker was away.');
    expect(await lastRoute(taken)).toBe('human route.owner');
    expect(await lastRoute(paused)).toBe('human route.paused');
    for (const buyer of [taken, paused]) expect(await buyer.received()).toHaveLength(1);
    for (const buyer of [written, handed]) expect(await buyer.received()).toHaveLength(2);
  });
});
