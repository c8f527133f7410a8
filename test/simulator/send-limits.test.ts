import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import type { HttpAnswer } from '../support/http';
import { waitFor } from '../support/wait-for';
import {
  PHONE_NUMBER_ID,
  advance,
  buyerWrites,
  change,
  codeOf,
  control,
  post,
  sendText,
  textTo,
} from './cloud-api';
import { startInbox, statusesOf } from './inbox';
import type { Inbox } from './inbox';

const ZOE = '12025550123';
const BEN = '447700900123';
const HOUR_MS = 3_600_000;
const AD = { referral: { source_type: 'ad', source_id: '1', source_url: 'https://example.com' } };
/** The middle of a month after the change of prices: the free allowance starts anew on the first. */
const NOVEMBER = Date.UTC(2026, 10, 15, 12);

describe('the limits of sending', () => {
  let inbox: Inbox;
  let simulator: Simulator;
  let now = NOVEMBER;

  beforeAll(async () => {
    inbox = await startInbox();
    simulator = await startSimulator({
      webhookUrl: inbox.url,
      whatsappAccessToken: 'wa-token',
      now: () => now,
    });
  });
  beforeEach(async () => {
    now = NOVEMBER;
    await control(simulator.url, '/reset', {});
    await change(simulator.url, { auto_statuses: { sent_ms: 0, delivered_ms: null, read_ms: null } });
    inbox.received.length = 0;
  });
  afterAll(async () => {
    await simulator.stop();
    await inbox.stop();
  });

  const idOf = (answer: HttpAnswer) =>
    z.looseObject({ messages: z.tuple([z.looseObject({ id: z.string() })]) }).parse(answer.body).messages[0]
      .id;
  const sendTemplate = (to: string, name = 'news') =>
    post(simulator.url, {
      messaging_product: 'whatsapp',
      to,
      type: 'template',
      template: { name, language: { code: 'en' } },
    });
  const status = (id: string) =>
    waitFor(() => inbox.received.flatMap(({ value }) => value.statuses ?? []).find((one) => one.id === id), {
      what: 'a status',
    });

  it('refuses what is more than a number may send in a second, and says when to come back', async () => {
    await change(simulator.url, { whatsapp_pair_limit: null });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    for (let sent = 0; sent < 80; sent += 1) await sendText(simulator.url, ZOE, String(sent));
    const refused = await post(simulator.url, textTo(ZOE, 'too much'));
    expect(refused.status).toBe(429);
    expect(codeOf(refused)).toBe(130429);
    expect(refused.headers.get('retry-after')).toBe('1');
    await advance(simulator.url, 1_001);
    expect((await post(simulator.url, textTo(ZOE, 'later'))).status).toBe(200);
  });

  it('lets a number have a throughput of its own', async () => {
    await control(simulator.url, '/whatsapp/numbers', { id: PHONE_NUMBER_ID, throughput_per_second: 2 });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    await sendText(simulator.url, ZOE, 'one');
    await sendText(simulator.url, ZOE, 'two');
    expect(codeOf(await post(simulator.url, textTo(ZOE, 'three')))).toBe(130429);
  });

  it('lets the pair limit recover by one message each six seconds, for that pair only', async () => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    await buyerWrites(simulator.url, { from: { wa_id: BEN }, text: 'hi' });
    for (let sent = 0; sent < 45; sent += 1) await sendText(simulator.url, ZOE, String(sent));
    expect(codeOf(await post(simulator.url, textTo(ZOE, 'no')))).toBe(131056);
    expect((await post(simulator.url, textTo(BEN, 'yes'))).status).toBe(200);
    await advance(simulator.url, 12_000);
    await sendText(simulator.url, ZOE, 'one more');
    await sendText(simulator.url, ZOE, 'and one');
    expect(codeOf(await post(simulator.url, textTo(ZOE, 'no')))).toBe(131056);
  });

  it.each([
    ['the last millisecond', 24 * HOUR_MS - 1, { status: 'sent' }],
    ['the end', 24 * HOUR_MS, { status: 'failed', errors: [{ code: 131047 }] }],
  ])('judges the window of 24 h at the moment of the call: %s', async (_name, later, expected) => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    await advance(simulator.url, later);
    const id = await sendText(simulator.url, ZOE, 'still there?');
    expect(await status(id)).toMatchObject(expected);
    expect(statusesOf(inbox, id)).toHaveLength(1);
  });

  it('opens 72 h of free entry from our answer to an ad, and shows it in conversation and price', async () => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'ad', message: AD });
    await advance(simulator.url, 23 * HOUR_MS);
    const first = await sendText(simulator.url, ZOE, 'hello');
    const end = String(Math.floor((NOVEMBER + 95 * HOUR_MS) / 1000));
    expect(await status(first)).toMatchObject({
      conversation: { origin: { type: 'referral_conversion' }, expiration_timestamp: end },
      pricing: { type: 'free_entry_point', category: 'referral_conversion', pricing_model: 'PMP' },
    });
    await advance(simulator.url, 72 * HOUR_MS - 1);
    expect(await status(await sendText(simulator.url, ZOE, 'free'))).toMatchObject({ status: 'sent' });
    await advance(simulator.url, 1);
    expect(await status(await sendText(simulator.url, ZOE, 'late'))).toMatchObject({ status: 'failed' });
  });

  it('bills answers after those that are free for a number in a month', async () => {
    expect(await control(simulator.url, '/settings')).toMatchObject({
      whatsapp_free_service_messages: 1_000,
    });
    await change(simulator.url, { whatsapp_free_service_messages: 2 });
    const price = async () => Reflect.get(await status(await sendText(simulator.url, ZOE, 'x')), 'pricing');
    const free = { type: 'free_customer_service', category: 'service', billable: false };
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    expect([await price(), await price()]).toMatchObject([free, free]);
    const billed = await status(await sendText(simulator.url, ZOE, 'x'));
    expect(billed).toMatchObject({ pricing: { type: 'regular', category: 'service', billable: true } });
    expect(billed).not.toHaveProperty('conversation');
    await advance(simulator.url, 20 * 24 * HOUR_MS);
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'december' });
    expect(await price()).toMatchObject(free);
  });

  it('prices a template by its category, free inside the window only before October 2026', async () => {
    const template = { name: 'news', language: 'en', category: 'UTILITY' };
    await control(simulator.url, '/whatsapp/templates', template);
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const billed = { type: 'regular', category: 'utility', billable: true };
    expect(await status(idOf(await sendTemplate(ZOE)))).toMatchObject({ pricing: billed });
    now = Date.UTC(2026, 8, 30);
    await buyerWrites(simulator.url, { from: { wa_id: BEN }, text: 'hi' });
    const free = { type: 'free_customer_service', category: 'utility', billable: false };
    expect(await status(idOf(await sendTemplate(BEN)))).toMatchObject({ pricing: free });
  });

  it('counts the buyers a business writes to first, each once in 24 h, and not those who wrote', async () => {
    await change(simulator.url, { whatsapp_messaging_limit: 2 });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const outcome = async (to: string) => (await status(idOf(await sendTemplate(to)))).status;
    expect(await outcome('12025550131')).toBe('sent');
    expect(await outcome('12025550132')).toBe('sent');
    expect(await outcome('12025550133')).toBe('failed');
    expect(await outcome('12025550132')).toBe('sent');
    expect(await outcome(ZOE)).toBe('sent');
    const over = await status(idOf(await sendTemplate('12025550134')));
    expect(over).toMatchObject({ errors: [{ code: 131048 }] });
    await advance(simulator.url, 24 * HOUR_MS);
    expect(await outcome('12025550133')).toBe('sent');
  });

  it('does not deliver marketing to who has stopped it, and nothing to who cannot be reached', async () => {
    await control(simulator.url, '/whatsapp/templates', {
      name: 'sale',
      language: 'en',
      category: 'MARKETING',
    });
    await control(simulator.url, '/whatsapp/templates', { name: 'news', language: 'en' });
    await control(simulator.url, '/whatsapp/buyers/state', { wa_id: ZOE, has_stopped_marketing: true });
    await control(simulator.url, '/whatsapp/buyers/state', { wa_id: BEN, is_unreachable: true });
    expect(await status(idOf(await sendTemplate(ZOE, 'sale')))).toMatchObject({ errors: [{ code: 131050 }] });
    expect(await status(idOf(await sendTemplate(ZOE, 'news')))).toMatchObject({ status: 'sent' });
    expect(await status(idOf(await sendTemplate(BEN, 'news')))).toMatchObject({ errors: [{ code: 131026 }] });
  });

  it('reports at once what falls due while the clock is moved', async () => {
    await change(simulator.url, { auto_statuses: { sent_ms: 1_000, delivered_ms: 3_600_000 } });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const id = await sendText(simulator.url, ZOE, 'hello');
    await advance(simulator.url, HOUR_MS);
    await waitFor(() => statusesOf(inbox, id).length === 2, { what: 'both statuses' });
    expect(statusesOf(inbox, id).sort()).toEqual(['delivered', 'sent']);
  });
});

describe('limits over a restart', () => {
  it('pairs, counted buyers, clock and ids go on where they were', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    const stateFile = join(folder, 'state.ndjson');
    const options = { stateFile, whatsappAccessToken: 'wa-token', now: () => NOVEMBER };
    const ids = new Set<string>();
    let simulator = await startSimulator(options);
    await change(simulator.url, { whatsapp_messaging_limit: 1 });
    await advance(simulator.url, HOUR_MS);
    const before = await control(simulator.url, '/clock');
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    for (let sent = 0; sent < 40; sent += 1) ids.add(await sendText(simulator.url, ZOE, String(sent)));
    await simulator.stop();
    simulator = await startSimulator(options);
    const after = await control(simulator.url, '/clock');
    expect(Number(Reflect.get(Object(after), 'now_ms'))).toBeGreaterThanOrEqual(
      Number(Reflect.get(Object(before), 'now_ms')),
    );
    for (let sent = 0; sent < 5; sent += 1) ids.add(await sendText(simulator.url, ZOE, String(sent)));
    expect(ids.size).toBe(45);
    expect(codeOf(await post(simulator.url, textTo(ZOE, 'no')))).toBe(131056);
    const { body } = await http(`${simulator.url}/control/whatsapp/calls`);
    expect(Object(body)).toMatchObject({ calls: { length: 46 } });
    await simulator.stop();
    rmSync(folder, { recursive: true });
  });
});
