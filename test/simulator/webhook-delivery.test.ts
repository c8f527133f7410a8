import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { waitFor } from '../support/wait-for';
import { buyerWrites, change } from './cloud-api';
import { startInbox } from './inbox';
import type { Inbox } from './inbox';

const ZOE = '12025550123';
const BEN = '447700900123';
const deliveries = z.looseObject({
  pending: z.number(),
  webhooks: z.array(
    z.looseObject({
      state: z.string(),
      attempt_count: z.number(),
      attempts: z.array(z.looseObject({ at_ms: z.number(), status: z.number().nullable() })),
    }),
  ),
});

describe('webhook delivery', () => {
  let inbox: Inbox;
  let simulator: Simulator;

  beforeEach(async () => {
    inbox = await startInbox();
    simulator = await startSimulator({ webhookUrl: inbox.url });
    await change(simulator.url, { webhook_back_off: { pauses: [20, 40, 80, 100] } });
  });
  afterEach(async () => {
    await simulator.stop();
    await inbox.stop();
  });

  const look = async () => deliveries.parse((await http(`${simulator.url}/control/whatsapp/webhooks`)).body);
  const allDelivered = () =>
    waitFor(async () => (await look()).pending === 0, { what: 'all webhooks delivered' });

  it('repeats the same bytes with growing pauses until the answer is 200', async () => {
    const statuses = [500, 204, 302, 200];
    inbox.answer = () => statuses.shift() ?? 200;
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    await allDelivered();
    const { webhooks } = await look();
    expect(webhooks[0]?.attempts.map(({ status }) => status)).toEqual([500, 204, 302, 200]);
    expect(new Set(inbox.received.map(({ bytes }) => bytes.toString())).size).toBe(1);
    const times = webhooks[0]?.attempts.map(({ at_ms }) => at_ms) ?? [];
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses[0]).toBeGreaterThanOrEqual(19);
    expect(pauses[2]).toBeGreaterThanOrEqual(79);
  });

  it('is not held up by another delivery that gets no answer', async () => {
    inbox.answer = (value) => (value.contacts?.[0]?.wa_id === ZOE ? null : 200);
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hangs' });
    await buyerWrites(simulator.url, { from: { wa_id: BEN }, text: 'passes' });
    await waitFor(async () => (await look()).webhooks[1]?.state === 'delivered', {
      what: 'the second webhook',
    });
    expect((await look()).webhooks[0]?.state).toBe('pending');
  });

  it('delivers copies as deliveries of their own with the same bytes', async () => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi', copies: 20 });
    await allDelivered();
    expect(inbox.received).toHaveLength(20);
    expect(new Set(inbox.received.map(({ bytes }) => bytes.toString())).size).toBe(1);
  });

  it('reaches an endpoint that comes up later', async () => {
    const port = Number(new URL(inbox.url).port);
    await inbox.stop();
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'anybody there?' });
    await waitFor(async () => ((await look()).webhooks[0]?.attempt_count ?? 0) > 1, {
      what: 'failed attempts',
    });
    inbox = await startInbox(port);
    await allDelivered();
    expect(inbox.received).toHaveLength(1);
  });

  it('goes on at once when it is told a new address', async () => {
    await change(simulator.url, {
      webhook_url: 'http://127.0.0.1:9/nowhere',
      webhook_back_off: { pauses: [600_000] },
    });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    await waitFor(async () => (await look()).webhooks[0]?.attempt_count === 1, { what: 'one attempt' });
    await change(simulator.url, { webhook_url: inbox.url });
    await allDelivered();
    expect(inbox.received).toHaveLength(1);
  });

  it('delivers any payload as it is given', async () => {
    const payload = { object: 'whatsapp_business_account', entry: [{ id: '1', changes: [], odd: true }] };
    await http(`${simulator.url}/control/whatsapp/webhooks`, { json: { payload } });
    await allDelivered();
    expect(JSON.parse(inbox.received[0]?.bytes.toString() ?? '')).toEqual(payload);
  });

  it.each([
    ['error', [503, 200], 1],
    ['cut-before', [null, 200], 1],
    ['cut-after-commit', [null, 200], 2],
    ['delay', [200], 1],
  ])('lets the fault %s hit a delivery', async (kind, statuses, arrivals) => {
    await http(`${simulator.url}/control/faults`, {
      json: { service: 'webhook', kind, status: 503, delay_ms: 1, times: 1 },
    });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    await allDelivered();
    expect((await look()).webhooks[0]?.attempts.map(({ status }) => status)).toEqual(statuses);
    expect(inbox.received).toHaveLength(arrivals);
  });
});
