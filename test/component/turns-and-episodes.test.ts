import { waitFor } from '../support/wait-for';
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
    await buyer.write('Do you deliver to Leeds?', { copies: 20 });
    await waitFor(
      async () => {
        const deliveries = (await house.simulator.webhooks()).filter((one) =>
          JSON.stringify(one).includes('Leeds'),
        );
        return (
          deliveries.length === 20 && deliveries.every((one) => JSON.stringify(one).includes('"delivered"'))
        );
      },
      { what: 'all twenty deliveries to be confirmed' },
    );
    await buyer.receives(1);
    await buyer.settles(1);
    expect(await inboundOf(buyer)).toHaveLength(1);
    expect(await buyer.received()).toHaveLength(1);
  });

  it.concurrent('one message id several times in and over bodies is one message and one reply', async () => {
    const buyer = house.buyer();
    await ask(buyer, 'Do you deliver?');
    const message = textMessage(buyer.waId, 'To Hull as well?');
    const again = webhookBody(
      messagesChange({ messages: [message] }),
      messagesChange({ messages: [message] }),
    );
    expectStatus(await house.api.webhook(messagesBody(message, message)), 200);
    expectStatus(await house.api.webhook(again), 200);
    await buyer.receives(2);
    // Meta goes on repeating for days what it believes unconfirmed.
    expectStatus(await house.api.webhook(again), 200);
    await buyer.settles(2);
    expect(await buyer.received()).toHaveLength(2);
    expect(await inboundOf(buyer)).toHaveLength(2);
  });

  it.concurrent('characters that Postgres cannot hold do not cost the buyer the answer', async () => {
    const buyer = house.buyer('Zoe \u0000 Zero');
    await buyer.write('Do you deliver \u0000 to \ud83d Ely?');
    await buyer.receives(1);
    expect((await inboundOf(buyer))[0]?.text).toBe('Do you deliver \ufffd to \ufffd Ely?');
  });

  it.concurrent('a buyer known by a user id only is answered at that id', async () => {
    const userId = 'GB.9876543210987654';
    await house.simulator.write({ from: { user_id: userId, name: 'Uri Nophone' }, text: 'Do you deliver?' });
    const received = await waitFor(
      async () => {
        const messages = await house.simulator.received(userId);
        return messages.length > 0 && messages;
      },
      { what: 'the answer at the user id' },
    );
    expect(received).toHaveLength(1);
  });

  it.concurrent('several messages in one breath are one turn with one answer', async () => {
    const buyer = house.buyer();
    await ask(buyer, 'Do you deliver?');
    await buyer.settles(1);
    const texts = ['Good morning', 'I am looking for a table', 'Do you have round ones?'];
    // In one body, so that no pause of the machine lies between them.
    expectStatus(
      await house.api.webhook(messagesBody(...texts.map((text) => textMessage(buyer.waId, text)))),
      200,
    );
    await buyer.receives(2);
    await buyer.settles(4);
    const inbound = (await inboundOf(buyer)).slice(1);
    expect(inbound).toHaveLength(3);
    expect(new Set(inbound.map(({ turn_id: turn }) => turn)).size).toBe(1);
    expect(await buyer.received()).toHaveLength(2);
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

  it.concurrent('a quote of an older episode does not reopen it, and the verdict says so', async () => {
    const buyer = house.buyer();
    await ask(buyer, 'Do you deliver?');
    const [answer] = await buyer.received();
    await buyer.command('close');
    await ask(buyer, 'Do you also repair chairs?');
    await ask(buyer, 'And does this hold for sofas?', { context: { id: answer?.id ?? '' } });
    expect(await episodeVerdictsOf(buyer)).toEqual([
      'open episode.first',
      'open episode.after_close',
      'continue episode.active',
    ]);
    const { decisions } = await buyer.conversation();
    const last = decisions.findLast(({ kind }) => kind === 'episode');
    expect(last?.reasons.map(({ code }) => code)).toContain('episode.quoted_older');
  });
});
