import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { isGivenUp, pauseAfterMs } from '../../simulator/whatsapp/webhook.back-off';
import { http } from '../support/http';
import { waitFor } from '../support/wait-for';
import { changesOf, messageIdsOf } from './bodies';
import { buyerWrites, change, sendText } from './cloud-api';
import { signature, startInbox, statusesOf } from './inbox';
import type { Inbox } from './inbox';

const ZOE = '12025550123';
const WEEK_MS = 7 * 24 * 3_600_000;
const SECRET = 'simulated-app-secret';
const deliveries = z.looseObject({
  pending: z.number(),
  webhooks: z.array(z.looseObject({ state: z.string(), attempt_count: z.number() })),
});

describe('the pauses between attempts', () => {
  const week = { pauses: 'week', give_up_after_ms: WEEK_MS, time_factor: 1 } as const;

  it('grow, and go on for a week', () => {
    let ageMs = 0;
    let attempts = 1;
    const pauses: number[] = [];
    while (!isGivenUp(ageMs, week)) {
      const pauseMs = pauseAfterMs(attempts, week);
      pauses.push(pauseMs);
      ageMs += pauseMs;
      attempts += 1;
    }
    expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
    expect(ageMs).toBeGreaterThan(WEEK_MS);
    expect(attempts).toBeGreaterThan(20);
    expect(attempts).toBeLessThan(60);
  });

  it('shrink with the time factor, the week too', () => {
    const fast = { ...week, time_factor: 1_000 };
    expect(pauseAfterMs(3, fast)).toBe(pauseAfterMs(3, week) / 1_000);
    expect(isGivenUp(WEEK_MS / 1_000 - 1, fast)).toBe(false);
    expect(isGivenUp(WEEK_MS / 1_000 + 1, fast)).toBe(true);
  });
});

describe('how webhooks are delivered', () => {
  let inbox: Inbox;
  let simulator: Simulator;
  let aheadMs = 0;

  beforeEach(async () => {
    aheadMs = 0;
    inbox = await startInbox();
    simulator = await startSimulator({ webhookUrl: inbox.url, now: () => Date.now() + aheadMs });
    await change(simulator.url, { webhook_back_off: { pauses: [5, 10, 20] } });
  });
  afterEach(async () => {
    await simulator.stop();
    await inbox.stop();
  });

  const look = async () => deliveries.parse((await http(`${simulator.url}/control/whatsapp/webhooks`)).body);
  const allDelivered = () =>
    waitFor(async () => (await look()).pending === 0, { what: 'all webhooks delivered', everyMs: 10 });
  const deliver = (webhook_delivery: Readonly<Record<string, unknown>>) =>
    change(simulator.url, { webhook_delivery });
  const fault = (kind: string, more: Readonly<Record<string, unknown>> = {}) =>
    http(`${simulator.url}/control/faults`, { json: { service: 'webhook', kind, times: 1, ...more } });

  it('tries again and again, and gives up after the week', async () => {
    const TRIES_IN_A_WEEK = 6;
    let tries = 0;
    inbox.answer = () => {
      tries += 1;
      if (tries === TRIES_IN_A_WEEK) aheadMs = WEEK_MS + 1;
      return 503;
    };
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'anybody?' });
    await allDelivered();
    expect((await look()).webhooks).toMatchObject([{ state: 'dropped', attempt_count: TRIES_IN_A_WEEK }]);
  });

  it('puts what was held together into one body, over several numbers, and the same item twice', async () => {
    await deliver({ hold: true, repeats_in_body: 1, batch_max: 100 });
    const ids = new Set<string>();
    for (const phone_number_id of ['100000000000001', '100000000000003'])
      for (const text of ['one', 'two'])
        ids.add(await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text, phone_number_id }));
    expect(inbox.received).toHaveLength(0);
    expect((await look()).pending).toBe(4);
    await deliver({ hold: false });
    await allDelivered();
    expect(inbox.received).toHaveLength(1);
    const arrived = messageIdsOf(inbox);
    expect(arrived).toHaveLength(8);
    expect(new Set(arrived)).toEqual(ids);
    const numbers = changesOf(inbox).flat();
    expect(new Set(numbers.map(({ value }) => value.metadata?.phone_number_id)).size).toBe(2);
  });

  it('reports statuses late, more than once and in another order', async () => {
    await change(simulator.url, { auto_statuses: { sent_ms: 1, delivered_ms: 2, read_ms: 3 } });
    await deliver({ status_delay_max_ms: 120, status_repeats: 2, seed: 5 });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const id = await sendText(simulator.url, ZOE, 'hello');
    await waitFor(() => statusesOf(inbox, id).length === 9, { what: 'three times three statuses' });
    const counted = ['sent', 'delivered', 'read'].map(
      (status) => statusesOf(inbox, id).filter((one) => one === status).length,
    );
    expect(counted).toEqual([3, 3, 3]);
    expect(statusesOf(inbox, id)).not.toEqual(
      ['sent', 'delivered', 'read'].flatMap((one) => [one, one, one]),
    );
  });

  it.each([
    ['cut-body', 1],
    ['cut-answer', 2],
  ])('sends the same bytes again after %s', async (kind, arrivals) => {
    await fault(kind);
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'Grüße' });
    await allDelivered();
    await waitFor(() => inbox.received.length === arrivals, { what: `${arrivals} arrivals` });
    expect((await look()).webhooks[0]?.attempt_count).toBe(2);
    expect(new Set(inbox.received.map(({ bytes }) => bytes.toString())).size).toBe(1);
    expect(inbox.received[0]?.bytes.toString()).toContain('Gr\\u00fc\\u00dfe');
  });

  it('writes a slow body byte after byte, signed as a whole', async () => {
    await fault('slow-body', { delay_ms: 2 });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'slowly' });
    await allDelivered();
    const [received] = inbox.received;
    expect(received?.headers['x-hub-signature-256']).toBe(
      signature(received?.bytes ?? Buffer.alloc(0), SECRET),
    );
  });

  it('refuses a fault of webhooks for another service', async () => {
    const answer = await http(`${simulator.url}/control/faults`, {
      json: { service: 'hubspot', kind: 'cut-body' },
    });
    expect(answer).toMatchObject({ status: 400 });
  });

  it('carries a body of 3 MB', async () => {
    const text = 'ä'.repeat(2_500);
    const messages = Array.from({ length: 200 }, (_, index) => ({ from: 'buyer', text, seconds_ago: index }));
    await http(`${simulator.url}/control/whatsapp/history`, {
      json: { threads: [{ with: { wa_id: ZOE }, messages }] },
    });
    await allDelivered();
    expect(inbox.received[0]?.bytes.length).toBeGreaterThan(3_000_000);
  });

  it('keeps what it holds over a restart, and forgets it with a reset', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    const options = { stateFile: join(folder, 'state'), webhookUrl: inbox.url };
    const first = await startSimulator(options);
    await change(first.url, { webhook_delivery: { hold: true } });
    const id = await buyerWrites(first.url, { from: { wa_id: ZOE }, text: 'later' });
    await first.stop();
    const second = await startSimulator(options);
    expect(inbox.received).toHaveLength(0);
    await change(second.url, { webhook_delivery: { hold: false } });
    await waitFor(() => messageIdsOf(inbox).includes(id), { what: 'the held message' });
    await change(second.url, { webhook_delivery: { hold: true } });
    await buyerWrites(second.url, { from: { wa_id: ZOE }, text: 'never' });
    await http(`${second.url}/control/reset`, { json: {} });
    await second.stop();
    rmSync(folder, { recursive: true });
    expect(messageIdsOf(inbox)).toEqual([id]);
  });

  it('brings every message at least once, whatever goes wrong on the way', async () => {
    const rules = fc.record({
      delivery: fc.record({
        batch_max: fc.integer({ min: 1, max: 5 }),
        batch_wait_ms: fc.integer({ min: 0, max: 10 }),
        shuffle: fc.boolean(),
        repeats_in_body: fc.integer({ min: 0, max: 2 }),
        duplicates: fc.integer({ min: 0, max: 2 }),
        trickle: fc.option(fc.constant({ bytes: 200, pause_ms: 1 })),
        seed: fc.nat(1_000),
      }),
      kinds: fc.array(
        fc.constantFrom('cut-body', 'cut-answer', 'cut-before', 'cut-after-commit', 'error', 'empty-502'),
        { maxLength: 6 },
      ),
      refusals: fc.array(fc.constantFrom(500, 302, 204), { maxLength: 4 }),
      count: fc.integer({ min: 1, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(rules, async ({ delivery, kinds, refusals, count }) => {
        await http(`${simulator.url}/control/reset`, { json: {} });
        await change(simulator.url, {
          webhook_back_off: { pauses: [5, 10, 20] },
          webhook_delivery: delivery,
        });
        inbox.received.length = 0;
        inbox.answer = () => refusals.pop() ?? 200;
        for (const kind of kinds) await fault(kind);
        const ids = await Promise.all(
          Array.from({ length: count }, (_, index) =>
            buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: `number ${index}` }),
          ),
        );
        await allDelivered();
        expect(new Set(messageIdsOf(inbox))).toEqual(new Set(ids));
      }),
      { numRuns: 15 },
    );
  });
});
