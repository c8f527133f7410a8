import { z } from 'zod';
import { expectStatus } from '../support/api-client';
import type { Fault } from '../support/simulator-client';
import { waitFor } from '../support/wait-for';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';
import { messagesBody, messagesChange, newWamid, textMessage, webhookBody } from './webhook-bodies';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const underWaySchema = z.array(z.object({ send_id: z.string(), status: z.string() }));
const answerSchema = z.looseObject({ under_way: underWaySchema, left_before: underWaySchema });

async function takeOver(buyer: Buyer) {
  const answer = answerSchema.parse(await buyer.command('take-over'));
  return { answer, answeredAtMs: Date.now() };
}

/** Holds matching requests back and tells when the first one is held. */
async function hold(service: Fault['service'], words: string, delayMs: number): Promise<() => Promise<void>> {
  const fault = { service, match: { body: words }, kind: 'delay', delay_ms: delayMs, times: 1 } as const;
  const id = await house.simulator.fault(fault);
  return async () => {
    await waitFor(async () => (await house.simulator.hitsOf(id)) === 1, {
      what: `a request to ${service} to be held back`,
      everyMs: 10,
    });
  };
}

/** A buyer who was answered once, so that nothing about them has to be looked up. */
async function knownBuyer(): Promise<Buyer> {
  const buyer = house.buyer();
  await buyer.write('Do you deliver?');
  await buyer.receives(1);
  await buyer.settles(1);
  return buyer;
}

describe('a take-over while automation prepares an answer', () => {
  it.concurrent('stops it in the quiet gap', async () => {
    const buyer = await knownBuyer();
    await buyer.write('Also at night?');
    await buyer.conversationWhere(
      'the message is there',
      ({ messages }) => messages.filter(({ direction }) => direction === 'inbound').length === 2,
    );
    const askedAtMs = Date.now();
    const { answer, answeredAtMs } = await takeOver(buyer);
    await buyer.settles(2);
    const received = await buyer.received();
    // It may have been quicker than we were; what still arrived while we asked is named.
    const arrivedMeanwhile = received.filter(({ at_ms: atMs }) => atMs > askedAtMs);
    expect(arrivedMeanwhile.length).toBeLessThanOrEqual(answer.left_before.length);
    expect(received.filter(({ at_ms: atMs }) => atMs > answeredAtMs)).toEqual([]);
  });

  it.concurrent('stops it during the look-up in HubSpot', async () => {
    const buyer = house.buyer();
    const isHeld = await hold('hubspot', buyer.waId.slice(2), 4_000);
    await buyer.write('Do you deliver?');
    await isHeld();
    const { answer } = await takeOver(buyer);
    expect(answer).toMatchObject({ under_way: [], left_before: [] });
    const { decisions, sends } = await buyer.settles(1);
    expect(decisions.find(({ kind }) => kind === 'route')).toMatchObject({ reason_code: 'route.owner' });
    expect(sends).toEqual([]);
    expect(await buyer.received()).toEqual([]);
  });

  it.concurrent('waits for a message whose turn it was already, and names it', async () => {
    const buyer = await knownBuyer();
    // The read mark goes out between the claim and the message.
    const id = newWamid();
    const isHeld = await hold('whatsapp', id, 700);
    const message = textMessage(buyer.waId, 'Also at night?', { id });
    expectStatus(await house.api.webhook(messagesBody(message)), 200);
    await isHeld();
    const { answer, answeredAtMs } = await takeOver(buyer);
    const { sends } = await buyer.settles(2);
    expect(answer.under_way).toEqual([]);
    expect(answer.left_before.map(({ send_id: sendId }) => sendId)).toEqual([sends.at(-1)?.id]);
    const received = await buyer.received();
    expect(received).toHaveLength(2);
    expect(received.filter(({ at_ms: atMs }) => atMs > answeredAtMs)).toEqual([]);
  });

  it.concurrent('names a message whose fate WhatsApp does not tell in time', async () => {
    const buyer = await knownBuyer();
    const isHeld = await hold('whatsapp', `"to":"+${buyer.waId}"`, 4_000);
    await buyer.write('Also at night?');
    await isHeld();
    const { answer } = await takeOver(buyer);
    expect(answer.under_way).toMatchObject([{ status: 'claimed' }]);
    await buyer.write('And on Sundays?');
    const { sends } = await buyer.settles(3);
    expect(sends).toHaveLength(2);
    expect(answer.under_way.map(({ send_id: sendId }) => sendId)).toEqual([sends.at(-1)?.id]);
    expect(await buyer.received()).toHaveLength(2);
  });

  it.concurrent('of many conversations at the same moment lets nothing start after its answer', async () => {
    const buyers = await Promise.all(Array.from({ length: 6 }, () => knownBuyer()));
    await Promise.all(buyers.map((buyer) => buyer.write('Also at night?')));
    const answers = await Promise.all(buyers.map((buyer) => takeOver(buyer)));
    await Promise.all(buyers.map((buyer) => buyer.settles(2)));
    for (const [index, buyer] of buyers.entries()) {
      const one = answers[index];
      const received = await buyer.received();
      expect(received).toHaveLength(1 + (one?.answer.left_before.length ?? 0));
      expect(received.filter(({ at_ms: atMs }) => atMs > (one?.answeredAtMs ?? 0))).toEqual([]);
    }
  });
});

it.concurrent(
  'somebody on the phone app stops a running turn, and a word gives back to automation',
  async () => {
    const buyer = await knownBuyer();
    const echo = async (body: string) => {
      const message = textMessage('12025550100', body, { to: buyer.waId });
      const change = { ...messagesChange({ message_echoes: [message] }), field: 'smb_message_echoes' };
      expectStatus(await house.api.webhook(webhookBody(change)), 200);
    };
    await buyer.write('Also at night?');
    await buyer.conversationWhere(
      'the message is there',
      ({ messages }) => messages.filter(({ direction }) => direction === 'inbound').length === 2,
    );
    await echo('Yes, at night as well.');
    const taken = await buyer.conversationWhere('the phone has it', ({ owner }) => owner === 'phone');
    const left = taken.sends.filter(({ status }) => status !== 'recalled').length;
    await buyer.settles(2);
    // The second answer may have been quicker than the person.
    expect(await buyer.received()).toHaveLength(left);
    await echo('#BOT');
    await buyer.conversationWhere('automation has it', ({ owner }) => owner === 'automation');
    await buyer.write('And on Sundays?');
    await buyer.receives(left + 1);
    const { commands, decisions } = await buyer.settles(3);
    expect(commands).toMatchObject([{ kind: 'hand_back', actor: 'phone', outcome: 'done' }]);
    expect(decisions.filter(({ kind }) => kind === 'owner')).toMatchObject([
      { reason_code: 'owner.phone_echo' },
    ]);
  },
);
