import { z } from 'zod';
import { Child } from '../support/child';
import { startPrivateTemporal } from '../support/temporal';
import type { PrivateTemporal } from '../support/temporal';
import { waitFor } from '../support/wait-for';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';

let temporal: PrivateTemporal;
let house: House;
beforeAll(async () => {
  temporal = await startPrivateTemporal();
  const environment = { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: 'default' };
  house = await openHouse({ environment });
  await house.followUpAfter(6);
});
afterAll(async () => {
  await house.close();
  await temporal.close();
});

async function ask(buyer: Buyer, text: string): Promise<void> {
  const before = (await buyer.received()).length;
  await buyer.write(text);
  await buyer.receives(before + 1);
}

/** What the API answered to deliveries that hold these words. */
async function answersTo(words: string): Promise<(number | null)[]> {
  const delivery = z.looseObject({ attempts: z.array(z.looseObject({ status: z.number().nullable() })) });
  return (await house.simulator.webhooks())
    .filter((one) => JSON.stringify(one).includes(words))
    .flatMap((one) => delivery.parse(one).attempts.map(({ status }) => status));
}

async function rebuild(): Promise<string> {
  const args = ['--import', 'tsx', 'api/rebuild.ts'];
  const child = new Child({
    name: 'rebuild',
    command: process.execPath,
    args,
    environment: house.environment,
  });
  const end = await waitFor(() => child.howItEnded(), { what: 'the rebuild to end' });
  expect({ end, log: child.log() }).toMatchObject({ end: 'ended with exit code 0' });
  return child.log();
}

describe('while Temporal is away', () => {
  it('webhooks are confirmed at once, and every message is handed over and answered once when it is back', async () => {
    const known = house.buyer('Known Before');
    await ask(known, 'Do you deliver?');
    await temporal.server().kill9();

    const newcomer = house.buyer('New Meanwhile');
    await known.write('Also in the outage?');
    await newcomer.write('Hello from the outage, do you deliver?');
    await waitFor(async () => (await answersTo('outage')).length >= 2, { what: 'both to be delivered' });
    expect(await answersTo('outage')).toEqual([200, 200]);
    const { id } = await known.conversation();
    expect((await house.api.command(id, 'pause', { json: { forever: true } })).status).toBe(200);
    expect((await house.api.command(id, 'resume')).status).toBe(200);

    await temporal.restart();
    await known.receives(2);
    await newcomer.receives(1);
    await known.settles(2);
    await newcomer.settles(1);
    expect(await known.received()).toHaveLength(2);
    expect(await newcomer.received()).toHaveLength(1);
  });
});

describe('after Temporal lost everything', () => {
  it('a rebuild wakes what is open: follow-ups still happen, nothing is sent twice', async () => {
    const silent = house.buyer('Silent One');
    const content = house.buyer('Content One');
    const taken = house.buyer('Taken Over');
    await Promise.all([
      ask(silent, 'How much is the set?'),
      ask(content, 'Do you deliver?'),
      ask(taken, 'Do you deliver?'),
    ]);
    await silent.conversationWhere('a follow-up is planned', (one) => one.follow_ups.length > 0);
    await taken.command('take-over');
    await temporal.server().kill9();
    const meanwhile = house.buyer('Wrote Meanwhile');
    await meanwhile.write('Do you deliver?');
    await temporal.restart('empty');

    expect(await rebuild()).toMatch(/handed over to Temporal/);
    await silent.receives(2);
    await meanwhile.receives(1);
    // Told twice, nothing happens twice.
    await rebuild();
    await silent.conversationWhere('the cap is reached', (one) =>
      one.follow_ups.some(({ reason_code: code }) => code === 'limit.cap'),
    );
    await Promise.all([silent, content, taken, meanwhile].map((buyer) => buyer.settles(1)));
    expect(await silent.received()).toHaveLength(2);
    for (const buyer of [content, taken, meanwhile]) expect(await buyer.received()).toHaveLength(1);
    const left = await house.count('send where whatsapp_id is not null');
    const messages = (await house.simulator.sends()).filter((one) =>
      JSON.stringify(one).includes('"kind":"message"'),
    );
    expect(messages).toHaveLength(left);

    // Conversations go on, those that were lost too.
    await ask(content, 'Also to Wales?');
    await taken.command('hand-back');
    await ask(taken, 'Also to Wales?');
  });
});
