import { Agent, request } from 'node:http';
import type { ClientRequest } from 'node:http';
import { createHmac } from 'node:crypto';
import { isUp } from '../support/http';
import { TEST_SETTINGS } from '../support/settings';
import { waitFor } from '../support/wait-for';
import type { Buyer } from './buyer';
import { openHouse } from './house';
import type { House } from './house';
import { messagesBody, textMessage } from './webhook-bodies';

const BUYERS = 8;
const MESSAGES_EACH = 4;
/** Calls that are under way when the end is asked for; shorter than the time that is given to end them. */
const CALL_MS = 1_500;
const ENDED_WELL = 'ended with exit code 0';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** A webhook as it is written by hand: over a connection that stays open, in two halves. */
class SlowWebhook {
  readonly answer: Promise<number>;
  private readonly body: Buffer;
  private readonly request: ClientRequest;

  constructor(agent: Agent, content: unknown) {
    this.body = Buffer.from(JSON.stringify(content));
    const digest = createHmac('sha256', TEST_SETTINGS.whatsappAppSecret).update(this.body).digest('hex');
    this.request = request(`${house.api.url}/webhooks/whatsapp`, {
      method: 'POST',
      agent,
      headers: { 'content-length': this.body.length, 'x-hub-signature-256': `sha256=${digest}` },
    });
    this.answer = new Promise((resolve, reject) => {
      this.request.once('error', reject);
      this.request.once('response', (response) => {
        response.resume().once('end', () => {
          resolve(response.statusCode ?? 0);
        });
      });
    });
    this.answer.catch(() => undefined);
  }

  begin(): Promise<void> {
    return new Promise((resolve) => {
      this.request.write(this.body.subarray(0, 20), () => {
        resolve();
      });
    });
  }

  finish(): void {
    this.request.end(this.body.subarray(20));
  }
}

const keepAlive = () => new Agent({ keepAlive: true, maxSockets: 1 });
const bodyOf = (buyer: Buyer, text: string) => messagesBody(textMessage(buyer.waId, text));

describe('the API that is told to end', () => {
  it('answers what has come, takes nothing more over any connection, and ends well', async () => {
    const buyer = house.buyer();
    const agent = keepAlive();
    const underWay = new SlowWebhook(agent, bodyOf(buyer, 'Do you deliver?'));
    await underWay.begin();
    // The API has read the beginning, or it would close the connection as one on which nothing has come.
    await waitFor(() => isUp(`${house.api.url}/health/live`), { what: 'an answer after the beginning' });
    const end = house.process('api').stop();
    await waitFor(async () => !(await isUp(`${house.api.url}/health/live`)), { what: 'a closed door' });
    // Over the same connection, behind the one that is under way.
    const tooLate = new SlowWebhook(agent, bodyOf(buyer, 'Also at night?'));
    tooLate.finish();
    underWay.finish();
    expect(await underWay.answer).toBe(200);
    expect(await tooLate.answer.catch(() => 'refused')).not.toBe(200);
    expect(await end).toBe(ENDED_WELL);
    agent.destroy();
    await house.restart('api');
    const { messages } = await buyer.settles(1);
    expect(messages.filter(({ direction }) => direction === 'inbound')).toMatchObject([
      { text: 'Do you deliver?' },
    ]);
  });

  it('waits for nobody who never finishes writing', async () => {
    const agent = keepAlive();
    const never = new SlowWebhook(agent, bodyOf(house.buyer(), 'Do you'));
    await never.begin();
    await waitFor(() => isUp(`${house.api.url}/health/live`), { what: 'an answer after the beginning' });
    expect(await house.process('api').stop()).toBe(ENDED_WELL);
    await expect(never.answer).rejects.toThrow();
    agent.destroy();
    await house.restart('api');
  });
});

it('an end in the middle of load loses nothing, sends nothing twice, and leaves nothing in doubt', async () => {
  const buyers = Array.from({ length: BUYERS }, (_none, index) => house.buyer(`Buyer ${index + 1}`));
  const delay = { kind: 'delay', delay_ms: CALL_MS } as const;
  const underWay = await house.simulator.fault({ service: 'whatsapp', match: { sends: true }, ...delay });
  await house.simulator.fault({ service: 'hubspot', ...delay, times: BUYERS });
  const written = Promise.all(
    buyers.map(async (buyer) => {
      for (let count = 1; count <= MESSAGES_EACH; count += 1) {
        await buyer.write(`Do you deliver to street ${count}?`);
        if (count === 1) await buyer.receives(1);
      }
    }),
  );
  await waitFor(async () => (await house.simulator.hitsOf(underWay)) >= 2, { what: 'calls under way' });
  const ends = await Promise.all([house.process('api').stop(), house.process('worker').stop()]);
  expect(ends).toEqual([ENDED_WELL, ENDED_WELL]);
  expect(await house.count(`send where status in ('claimed', 'unconfirmed')`)).toBe(0);
  await Promise.all([house.restart('api'), house.restart('worker')]);
  await written;
  await house.simulator.clearFaults();
  await Promise.all(buyers.map((buyer) => buyer.settles(MESSAGES_EACH)));
  for (const buyer of buyers) {
    const { id, sends, messages } = await buyer.conversation();
    const left = sends.filter(({ whatsapp_id: whatsappId }) => whatsappId !== null);
    expect((await buyer.received()).map((message) => message.id).sort()).toEqual(
      left.map(({ whatsapp_id: whatsappId }) => whatsappId).sort(),
    );
    expect(messages.filter(({ direction }) => direction === 'inbound')).toHaveLength(MESSAGES_EACH);
    expect(await house.count(`send where conversation_id = $1 and status = 'unconfirmed'`, [id])).toBe(0);
  }
});
