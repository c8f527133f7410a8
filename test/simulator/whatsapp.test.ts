import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { waitFor } from '../support/wait-for';
import { PHONE_NUMBER_ID, advance, buyerWrites, change, codeOf, post, sendText, textTo } from './cloud-api';
import { signature, startInbox, statusesOf } from './inbox';
import type { Inbox } from './inbox';

const ZOE = '12025550123';
const BEN = '447700900123';
const SECRET = 'a-secret';

describe('the WhatsApp side', () => {
  let inbox: Inbox;
  let simulator: Simulator;
  let now = Date.now();

  beforeAll(async () => {
    inbox = await startInbox();
    simulator = await startSimulator({
      webhookUrl: inbox.url,
      appSecret: SECRET,
      verifyToken: 'right',
      whatsappAccessToken: 'wa-token',
      businessAccountId: '100000000000002',
      now: () => now,
    });
  });
  beforeEach(async () => {
    inbox.answer = () => 200;
    now = Date.now();
    await http(`${simulator.url}/control/reset`, { json: {} });
    inbox.received.length = 0;
  });
  afterAll(async () => {
    await simulator.stop();
    await inbox.stop();
  });

  const firstMessage = () =>
    waitFor(() => inbox.received.find(({ value }) => value.messages !== undefined), { what: 'a message' });
  const phone = async (key: string) => {
    const answer = await http(`${simulator.url}/control/whatsapp/phones/${key}`);
    return z.looseObject({ messages: z.array(z.looseObject({ id: z.string() })) }).parse(answer.body)
      .messages;
  };

  it('signs the very bytes it delivers, escaped as Meta escapes them', async () => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE, name: 'Zoé 😀' }, text: 'a/b für 5€ @you' });
    const { bytes, headers, value } = await firstMessage();
    expect(headers['x-hub-signature-256']).toBe(signature(bytes, SECRET));
    expect(bytes.every((byte) => byte < 128)).toBe(true);
    expect(bytes.toString()).toContain('a\\/b f\\u00fcr 5\\u20ac \\u0040you');
    expect(value.messages?.[0]).toMatchObject({ text: { body: 'a/b für 5€ @you' }, type: 'text', from: ZOE });
  });

  it('gives a buyer always the same user id', async () => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE, name: 'Zoe' }, text: 'one' });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'two' });
    await waitFor(() => inbox.received.length === 2, { what: 'two webhooks' });
    const ids = inbox.received.map(({ value }) => value.contacts?.[0]?.user_id);
    expect(ids[0]).toMatch(/^US\.\d+$/);
    expect(ids[1]).toBe(ids[0]);
    expect(inbox.received[1]?.value.contacts?.[0]).toMatchObject({ profile: { name: 'Zoe' }, wa_id: ZOE });
  });

  it('shows no phone number of a buyer known by user id only', async () => {
    const from = { user_id: 'US.777000777', username: 'zoe', name: 'Zoe' };
    await buyerWrites(simulator.url, { from, text: 'hi' });
    const { value } = await firstMessage();
    expect(value.contacts).toEqual([{ profile: { name: 'Zoe', username: 'zoe' }, user_id: 'US.777000777' }]);
    expect(value.messages?.[0]).toMatchObject({ from_user_id: 'US.777000777' });
    expect(value.messages?.[0]).not.toHaveProperty('from');
    const answer = await post(simulator.url, {
      messaging_product: 'whatsapp',
      recipient: 'US.777000777',
      text: { body: 'hello' },
    });
    expect(answer.body).toMatchObject({ contacts: [{ input: 'US.777000777', user_id: 'US.777000777' }] });
    expect(await phone('US.777000777')).toMatchObject([{ direction: 'in' }, { text: 'hello' }]);
  });

  it('lets the phone number win when both addresses are given', async () => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const answer = await post(simulator.url, { ...textTo(`+${ZOE}`, 'x'), recipient: 'US.1' });
    expect(answer.body).toMatchObject({ contacts: [{ input: `+${ZOE}`, wa_id: ZOE }] });
  });

  it('reports sent and delivered with our own mark, and read when the buyer reads', async () => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const answer = await post(simulator.url, {
      ...textTo(ZOE, 'hello'),
      biz_opaque_callback_data: 'ledger-1',
    });
    const { messages } = z
      .looseObject({ messages: z.tuple([z.looseObject({ id: z.string() })]) })
      .parse(answer.body);
    const id = messages[0].id;
    await waitFor(() => statusesOf(inbox, id).length === 2, { what: 'two statuses' });
    const read = { wa_id: ZOE, message_id: id };
    expect((await http(`${simulator.url}/control/whatsapp/read`, { json: read })).status).toBe(200);
    await waitFor(() => statusesOf(inbox, id).length === 3, { what: 'the read status' });
    expect(statusesOf(inbox, id)).toEqual(['sent', 'delivered', 'read']);
    const sent = inbox.received.find(({ value }) => value.statuses?.[0]?.status === 'sent');
    expect(sent?.value.statuses?.[0]).toMatchObject({
      recipient_id: ZOE,
      biz_opaque_callback_data: 'ledger-1',
      pricing: { pricing_model: 'PMP', category: 'service' },
    });
  });

  it('reports a message outside the 24 hours as failed, and shows it on no phone', async () => {
    const dayAgo = Math.floor(now / 1000) - 24 * 3600 - 1;
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi', timestamp_seconds: dayAgo });
    const id = await sendText(simulator.url, ZOE, 'too late');
    await waitFor(() => statusesOf(inbox, id).length > 0, { what: 'a status' });
    const failed = inbox.received.find(({ value }) => value.statuses !== undefined);
    expect(failed?.value.statuses?.[0]).toMatchObject({ status: 'failed', errors: [{ code: 131047 }] });
    expect(failed?.value).not.toHaveProperty('contacts');
    expect(await phone(ZOE)).toHaveLength(1);
  });

  it('refuses a late text at once when told so, but takes a template', async () => {
    await change(simulator.url, { whatsapp_window_error: 'sync' });
    expect(codeOf(await post(simulator.url, textTo(BEN, 'hello')))).toBe(131047);
    const template = { name: 'hello', language: { code: 'en' } };
    const answer = await post(simulator.url, {
      messaging_product: 'whatsapp',
      to: BEN,
      type: 'template',
      template,
    });
    expect(answer.status).toBe(200);
  });

  it('keeps the window open for 72 hours after our answer to an ad click', async () => {
    const message = { referral: { source_type: 'ad', source_id: '1' } };
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi', message });
    await change(simulator.url, { whatsapp_window_error: 'sync' });
    await sendText(simulator.url, ZOE, 'answer');
    now += 71 * 3_600_000;
    expect((await post(simulator.url, textTo(ZOE, 'still open'))).status).toBe(200);
    now += 2 * 3_600_000;
    expect(codeOf(await post(simulator.url, textTo(ZOE, 'closed')))).toBe(131047);
  });

  it('takes 45 messages to one buyer at once, then one per six seconds', async () => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    await change(simulator.url, { auto_statuses: { sent_ms: null, delivered_ms: null } });
    for (let sent = 0; sent < 45; sent += 1) await sendText(simulator.url, ZOE, String(sent));
    expect(codeOf(await post(simulator.url, textTo(ZOE, 'one more')))).toBe(131056);
    now += 6_000;
    expect((await post(simulator.url, textTo(ZOE, 'later'))).status).toBe(200);
  });

  it('marks the message and the earlier ones as read, with or without typing', async () => {
    const first = await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'one' });
    const second = await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'two' });
    const mark = { messaging_product: 'whatsapp', status: 'read', message_id: second };
    const answer = await post(simulator.url, { ...mark, typing_indicator: { type: 'text' } });
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
    expect(await phone(ZOE)).toMatchObject([
      { id: first, status: 'read' },
      { id: second, status: 'read' },
    ]);
    expect(codeOf(await post(simulator.url, { ...mark, message_id: 'wamid.unknown' }))).toBe(131009);
    const sends = await http(`${simulator.url}/control/whatsapp/sends`);
    expect(sends.body).toMatchObject({ sends: [{ kind: 'read', wamid: second }] });
  });

  it.each([
    ['no product', { to: ZOE, text: { body: 'x' } }, 100],
    ['no address', { messaging_product: 'whatsapp', text: { body: 'x' } }, 100],
    ['no body', { messaging_product: 'whatsapp', to: ZOE, type: 'text' }, 100],
    ['an unknown type', { messaging_product: 'whatsapp', to: ZOE, type: 'fax', fax: {} }, 100],
    ['a text too long', textTo(ZOE, 'x'.repeat(4097)), 100],
    ['media without source', { messaging_product: 'whatsapp', to: ZOE, type: 'image', image: {} }, 100],
    ['an address that is no phone', textTo('US.123', 'x'), 131009],
    [
      'a user id of nobody',
      { messaging_product: 'whatsapp', recipient: 'US.1', text: { body: 'x' } },
      131026,
    ],
    ['a mark too long', { ...textTo(ZOE, 'x'), biz_opaque_callback_data: 'x'.repeat(513) }, 100],
  ])('refuses %s with an error of Meta and sends nothing', async (_name, body, code) => {
    const answer = await post(simulator.url, body);
    expect(answer.status).toBe(400);
    expect(codeOf(answer)).toBe(code);
    expect((await http(`${simulator.url}/control/whatsapp/sends`)).body).toEqual({ sends: [] });
  });

  it.each([
    ['image', { link: 'https://example.com/a.png', caption: 'A' }],
    ['document', { id: '1', filename: 'offer.pdf' }],
    ['location', { latitude: 1, longitude: 2 }],
    ['contacts', [{ name: { formatted_name: 'Anna Example', first_name: 'Anna' } }]],
    ['reaction', { message_id: 'wamid.x', emoji: '' }],
  ])('takes and keeps %s messages', async (type, body) => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const answer = await post(simulator.url, { messaging_product: 'whatsapp', to: ZOE, type, [type]: body });
    expect(answer.status).toBe(200);
    expect((await phone(ZOE))[1]).toMatchObject({ direction: 'out', type, body });
  });

  it('refuses a wrong token with 190 and an unknown number with 100/33', async () => {
    const wrong = await post(simulator.url, textTo(ZOE, 'x'), 'wrong');
    expect(wrong.status).toBe(401);
    expect(codeOf(wrong)).toBe(190);
    const unknown = await http(`${simulator.url}/whatsapp/v25.0/999/messages`, {
      json: textTo(ZOE, 'x'),
      headers: { authorization: 'Bearer wa-token' },
    });
    expect(unknown).toMatchObject({ status: 400, body: { error: { code: 100, error_subcode: 33 } } });
  });

  it('answers the questions about number and account', async () => {
    const get = (path: string) =>
      http(`${simulator.url}/whatsapp/v25.0/${path}`, { headers: { authorization: 'Bearer wa-token' } });
    expect((await get(PHONE_NUMBER_ID)).body).toMatchObject({ display_phone_number: '12025550100' });
    expect((await get('100000000000002/subscribed_apps')).body).toMatchObject({
      data: [{}, { whatsapp_business_api_data: { id: '200000000000001' } }],
    });
    expect((await get('100000000000002/message_templates')).body).toEqual({ data: [] });
    expect((await get('100000000000002/phone_numbers')).body).toMatchObject({
      data: [{ id: PHONE_NUMBER_ID }],
    });
    expect((await get('404')).status).toBe(400);
  });

  it('knows only approved templates once one is registered', async () => {
    await http(`${simulator.url}/control/whatsapp/templates`, { json: { name: 'hello', language: 'en' } });
    const template = (name: string) =>
      post(simulator.url, {
        messaging_product: 'whatsapp',
        to: ZOE,
        type: 'template',
        template: { name, language: { code: 'en' } },
      });
    expect((await template('hello')).status).toBe(200);
    expect(codeOf(await template('other'))).toBe(132001);
  });

  it('shakes hands with the webhook and tells the result', async () => {
    const shake = async (json: unknown) =>
      (await http(`${simulator.url}/control/whatsapp/handshake`, { json })).body;
    expect(await shake({})).toMatchObject({ ok: true, status: 200 });
    expect(await shake({ verify_token: 'wrong' })).toMatchObject({ ok: false, status: 403 });
  });

  it('sends system messages without contacts and any type with its body', async () => {
    const body = { type: 'user_changed_number', wa_id: BEN, body: 'changed' };
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, type: 'system', body });
    const { value } = await firstMessage();
    expect(value).not.toHaveProperty('contacts');
    expect(value.messages?.[0]).toMatchObject({ type: 'system', system: body });
  });

  it('plays several business numbers', async () => {
    const message = { from: { wa_id: ZOE }, text: 'hi', phone_number_id: '100000000000009' };
    await buyerWrites(simulator.url, message);
    const { value } = await firstMessage();
    expect(value.metadata?.phone_number_id).toBe('100000000000009');
  });

  it('never reports a status that is behind what the buyer has done', async () => {
    await change(simulator.url, { auto_statuses: { sent_ms: 0, delivered_ms: 60_000 } });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const id = await sendText(simulator.url, ZOE, 'hello');
    await waitFor(() => statusesOf(inbox, id).includes('sent'), { what: 'sent' });
    await http(`${simulator.url}/control/whatsapp/read`, { json: { wa_id: ZOE, message_id: id } });
    await waitFor(() => statusesOf(inbox, id).includes('read'), { what: 'read' });
    await advance(simulator.url, 60_000);
    // Sent after the delivery came due: once it is told of, so would be what came before.
    const next = await sendText(simulator.url, ZOE, 'still there?');
    await waitFor(() => statusesOf(inbox, next).includes('sent'), { what: 'the next message' });
    expect(statusesOf(inbox, id)).toEqual(['sent', 'read']);
  });
});
