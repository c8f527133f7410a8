import { staysTrue } from '../support/wait-for';
import { expectStatus } from '../support/api-client';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';
import { messagesBody, messagesChange, textMessage, webhookBody } from './webhook-bodies';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const inboundOf = async (buyer: Buyer) =>
  (await buyer.conversation()).messages.filter(({ direction }) => direction === 'inbound');

const episodeVerdictsOf = async (buyer: Buyer) =>
  (await buyer.conversation()).decisions
    .filter(({ kind, verdict }) => kind === 'episode' && verdict !== 'close')
    .map(({ verdict, reason_code: reasonCode }) => `${verdict} ${reasonCode}`);

/** Lets the buyer write and waits for the answer. */
async function ask(buyer: Buyer, text: string, more: { context?: { id: string } } = {}): Promise<void> {
  const before = (await buyer.received()).length;
  await buyer.write(text, more);
  await buyer.receives(before + 1);
}

describe('capture', () => {
  it.concurrent('the same body twenty times at once is one message and one reply', async () => {
    const buyer = house.buyer();
    const body = messagesBody(textMessage(buyer.waId, 'Do you deliver to Leeds?'));
    const answers = await Promise.all(Array.from({ length: 20 }, () => house.api.webhook(body)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    await buyer.receives(1);
    await buyer.settles(1);
    expect(await inboundOf(buyer)).toHaveLength(1);
    expect(await buyer.received()).toHaveLength(1);
  });

  it.concurrent('a delivery that the simulator repeats ten times is one message and one reply', async () => {
    const buyer = house.buyer();
    await buyer.write('Do you deliver to York?', { copies: 10 });
    await buyer.receives(1);
    await buyer.settles(1);
    expect(await inboundOf(buyer)).toHaveLength(1);
    expect(await buyer.received()).toHaveLength(1);
  });

  it.concurrent(
    'one message id twice in a body, and again in another one, is one message and one reply',
    async () => {
      const buyer = house.buyer();
      const message = textMessage(buyer.waId, 'Do you deliver to Hull?');
      expectStatus(await house.api.webhook(messagesBody(message, message)), 200);
      const again = webhookBody(
        messagesChange({ messages: [message] }),
        messagesChange({ messages: [message] }),
      );
      expectStatus(await house.api.webhook(again), 200);
      await buyer.receives(1);
      await buyer.settles(1);
      expect(await inboundOf(buyer)).toHaveLength(1);
      expect(await buyer.received()).toHaveLength(1);
    },
  );

  it.concurrent('a message late in the retries of Meta is not answered a second time', async () => {
    const buyer = house.buyer();
    const body = messagesBody(textMessage(buyer.waId, 'Do you deliver to Bath?'));
    expectStatus(await house.api.webhook(body), 200);
    await buyer.receives(1);
    expectStatus(await house.api.webhook(body), 200);
    await staysTrue(async () => (await buyer.received()).length === 1, {
      what: 'one answer',
      timeoutMs: 1_000,
    });
    expect(await inboundOf(buyer)).toHaveLength(1);
  });

  it.concurrent('characters that Postgres cannot hold do not cost the buyer the answer', async () => {
    const buyer = house.buyer('Zoë \u0000 Zero');
    const message = textMessage(buyer.waId, 'Do you deliver \u0000 to \ud83d Ely?');
    const contacts = [{ wa_id: buyer.waId, profile: { name: buyer.name } }];
    expectStatus(
      await house.api.webhook(webhookBody(messagesChange({ contacts, messages: [message] }))),
      200,
    );
    await buyer.receives(1);
    expect((await inboundOf(buyer))[0]?.text).toBe('Do you deliver \ufffd to \ufffd Ely?');
  });

  it.concurrent('a buyer known by a user id only is answered at that id', async () => {
    const userId = 'GB.9876543210987654';
    await house.simulator.write({ from: { user_id: userId, name: 'Uri Nophone' }, text: 'Do you deliver?' });
    await house.simulator.write({ from: { user_id: userId, name: 'Uri Nophone' }, text: 'To Wales?' });
    await staysTrue(async () => (await house.simulator.received(userId)).length <= 1, {
      what: 'at most one answer',
      timeoutMs: 500,
    });
    const sends = JSON.stringify(await house.simulator.sends());
    expect(sends).not.toContain(`"to":"${userId}"`);
  });

  it.concurrent('several messages in one breath are one turn with one answer', async () => {
    const buyer = house.buyer();
    for (const text of ['Good morning', 'I am looking for a table', 'Do you have round ones?'])
      await buyer.write(text);
    await buyer.receives(1);
    await buyer.settles(3);
    expect(new Set((await inboundOf(buyer)).map(({ turn_id: turn }) => turn)).size).toBe(1);
    expect(await buyer.received()).toHaveLength(1);
  });
});

describe('episodes', () => {
  it.concurrent('a second message continues the episode, and the verdict says so', async () => {
    const buyer = house.buyer();
    await ask(buyer, 'Do you deliver?');
    await ask(buyer, 'Also to Kent?');
    expect(await episodeVerdictsOf(buyer)).toEqual(['open episode.first', 'continue episode.active']);
  });

  it.concurrent('a message after the episode was closed opens a new one', async () => {
    const buyer = house.buyer();
    await ask(buyer, 'Do you deliver?');
    const first = await buyer.conversation();
    await buyer.command('close');
    await ask(buyer, 'Do you also repair chairs?');
    const second = await buyer.conversation();
    expect(await episodeVerdictsOf(buyer)).toEqual(['open episode.first', 'open episode.after_close']);
    expect(second.episode?.id).not.toBe(first.episode?.id);
  });

  it.concurrent(
    'a message that quotes a closed episode opens a new one and says what it quoted',
    async () => {
      const buyer = house.buyer();
      await ask(buyer, 'Do you deliver?');
      const [answer] = await buyer.received();
      await buyer.command('close');
      await ask(buyer, 'Does that hold for sofas?', { context: { id: answer?.id ?? '' } });
      const { decisions } = await buyer.conversation();
      const last = decisions.findLast(({ kind, verdict }) => kind === 'episode' && verdict === 'open');
      expect(last?.reason_code).toBe('episode.after_close');
      expect(last?.reasons.map(({ code }) => code)).toContain('episode.quoted_older');
    },
  );
});
