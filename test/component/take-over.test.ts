import { z } from 'zod';
import { expectStatus } from '../support/api-client';
import type { Fault } from '../support/simulator-client';
import { waitFor } from '../support/wait-for';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';
import { messagesChange, textMessage, webhookBody } from './webhook-bodies';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const underWaySchema = z.array(z.object({ send_id: z.string(), status: z.string() }));
const answerSchema = z.looseObject({ under_way: underWaySchema, left_before: underWaySchema });

type TakenOver = { readonly answer: z.infer<typeof answerSchema>; readonly answeredAtMs: number };

async function takeOver(buyer: Buyer): Promise<TakenOver> {
  const answer = answerSchema.parse(await buyer.command('take-over'));
  return { answer, answeredAtMs: Date.now() };
}

/** What reached the phone after the answer and was not named in it as under way. */
async function startedAfter({ answer, answeredAtMs }: TakenOver, buyer: Buyer) {
  const named = answer.under_way.map(({ send_id: sendId }) => sendId);
  return (await buyer.received()).filter(
    (message) => message.at_ms > answeredAtMs && !named.includes(message.biz_opaque_callback_data ?? ''),
  );
}

/** Longer than any test: what is held is let go by the test, never by time. */
const HELD_MS = 3_600_000;
type Held = { readonly isHeld: () => Promise<void>; readonly letGo: () => Promise<void> };

/** Holds the first matching request back, until it is let go. */
async function hold(service: Fault['service'], words: string): Promise<Held> {
  const fault = { service, match: { body: words }, kind: 'delay', delay_ms: HELD_MS, times: 1 } as const;
  const id = await house.simulator.fault(fault);
  return {
    isHeld: async () => {
      await waitFor(async () => (await house.simulator.hitsOf(id)) === 1, {
        what: `a request to ${service} to be held back`,
        everyMs: 10,
      });
    },
    letGo: () => house.simulator.endFault(id),
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
    const taken = await takeOver(buyer);
    await buyer.settles(2);
    expect(await startedAfter(taken, buyer)).toEqual([]);
  });

  it.concurrent('stops it during the look-up in HubSpot', async () => {
    const buyer = house.buyer();
    const lookUp = await hold('hubspot', buyer.waId.slice(2));
    await buyer.write('Do you deliver?');
    await lookUp.isHeld();
    const { answer } = await takeOver(buyer);
    await lookUp.letGo();
    expect(answer).toMatchObject({ under_way: [], left_before: [] });
    const { decisions, sends } = await buyer.settles(1);
    expect(decisions.find(({ kind }) => kind === 'route')).toMatchObject({ reason_code: 'route.owner' });
    expect(sends).toEqual([]);
    expect(await buyer.received()).toEqual([]);
  });

  it.concurrent('waits for a message whose turn it was already, and names it', async () => {
    const buyer = await knownBuyer();
    const call = await hold('whatsapp', `"to":"+${buyer.waId}"`);
    await buyer.write('Also at night?');
    await call.isHeld();
    const asked = takeOver(buyer);
    await buyer.conversationWhere('an agent has it', ({ owner }) => owner.startsWith('agent:'));
    await call.letGo();
    const { answer } = await asked;
    const { sends } = await buyer.settles(2);
    const named = [...answer.under_way, ...answer.left_before].map(({ send_id: sendId }) => sendId);
    expect(named).toEqual([sends.at(-1)?.id]);
    expect(await buyer.received()).toHaveLength(2);
  });

  it.concurrent('names a message whose fate WhatsApp does not tell in time', async () => {
    const buyer = await knownBuyer();
    const call = await hold('whatsapp', `"to":"+${buyer.waId}"`);
    await buyer.write('Also at night?');
    await call.isHeld();
    const { answer } = await takeOver(buyer);
    await call.letGo();
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
      const taken = answers[index];
      if (taken === undefined) throw new Error('there are as many answers as buyers');
      expect(await startedAfter(taken, buyer)).toEqual([]);
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
