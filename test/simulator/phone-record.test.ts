import { createHash } from 'node:crypto';
import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import type { HttpRequest } from '../support/http';
import {
  PHONE_NUMBER_ID,
  advance,
  buyerWrites,
  change,
  codeOf,
  control,
  errorOf,
  post,
  sendText,
  textLike,
  textTo,
} from './cloud-api';

const ZOE = '12025550123';
const ACCOUNT = '100000000000002';
const PNG = Buffer.from('89504e470d0a1a0a0d0a2d2d', 'hex');

describe('the phone of a buyer, and the account of the business', () => {
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator({ whatsappAccessToken: 'wa-token' });
  });
  beforeEach(() => control(simulator.url, '/reset', {}));
  afterAll(() => simulator.stop());

  const phone = async (key = ZOE) =>
    z
      .looseObject({
        screen: z.array(z.unknown()),
        events: z.array(z.unknown()),
        typing: z.array(z.string()),
        calls: z.array(z.unknown()),
      })
      .parse(await control(simulator.url, `/whatsapp/phones/${key}`));
  const api = (path: string, request: HttpRequest = {}) =>
    http(`${simulator.url}/whatsapp/v25.0/${path}`, {
      ...request,
      headers: { authorization: 'Bearer wa-token', ...request.headers },
    });
  const buyer = (type: string, body: unknown) =>
    buyerWrites(simulator.url, { from: { wa_id: ZOE }, type, body });
  const react = (message_id: string, emoji: string) =>
    post(simulator.url, {
      messaging_product: 'whatsapp',
      to: ZOE,
      type: 'reaction',
      reaction: { message_id, emoji },
    });

  /** A conversation with everything in it; told twice, it must give the same record. */
  const play = async () => {
    const question = await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'Price?' });
    const mark = { messaging_product: 'whatsapp', status: 'read', message_id: question };
    await post(simulator.url, { ...mark, typing_indicator: { type: 'text' } });
    const answer = await post(simulator.url, {
      ...textTo(ZOE, '10 dollars'),
      context: { message_id: question },
    });
    const answerId = z
      .looseObject({ messages: z.tuple([z.looseObject({ id: z.string() })]) })
      .parse(answer.body).messages[0].id;
    await buyer('reaction', { message_id: answerId, emoji: '👍' });
    await react(question, '🎉');
    await react(question, '');
    const wrong = await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'I take too' });
    await buyer('edit', {
      original_message_id: wrong,
      message: { type: 'text', text: { body: 'I take two' } },
    });
    const secret = await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'oops' });
    await buyer('revoke', { original_message_id: secret });
    return phone();
  };

  it('shows messages with replies, reactions, edits, deletions and blue ticks, without ids and times', async () => {
    const { screen, events } = await play();
    const bubble = { phone_number_id: PHONE_NUMBER_ID, type: 'text' };
    expect(screen).toEqual([
      { ...bubble, line: 1, from: 'buyer', body: { body: 'Price?' }, read: true, reactions: {} },
      {
        ...bubble,
        line: 2,
        from: 'business',
        body: { body: '10 dollars' },
        reply_to: 1,
        reactions: { buyer: '👍' },
      },
      { ...bubble, line: 3, from: 'buyer', body: { body: 'I take two' }, read: false, edited: true },
      { ...bubble, line: 4, from: 'buyer', body: null, read: false, deleted: true },
    ]);
    expect(events).toEqual([
      { kind: 'message', from: 'buyer', line: 1 },
      { kind: 'read', line: 1 },
      { kind: 'typing', phone_number_id: PHONE_NUMBER_ID },
      { kind: 'message', from: 'business', line: 2 },
      { kind: 'reaction', from: 'buyer', line: 2, emoji: '👍' },
      { kind: 'reaction', from: 'business', line: 1, emoji: '🎉' },
      { kind: 'reaction', from: 'business', line: 1, emoji: '' },
      { kind: 'message', from: 'buyer', line: 3 },
      { kind: 'edit', from: 'buyer', line: 3 },
      { kind: 'message', from: 'buyer', line: 4 },
      { kind: 'delete', from: 'buyer', line: 4 },
    ]);
  });

  it('gives the same record for the same story', async () => {
    const first = await play();
    await control(simulator.url, '/reset', {});
    const second = await play();
    expect(second.screen).toEqual(first.screen);
    expect(second.events).toEqual(first.events);
  });

  it('shows typing for 25 seconds, or until the answer', async () => {
    const id = await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const mark = { messaging_product: 'whatsapp', status: 'read', message_id: id };
    const typing = { ...mark, typing_indicator: { type: 'text' } };
    await post(simulator.url, mark);
    expect((await phone()).typing).toEqual([]);
    await post(simulator.url, typing);
    expect((await phone()).typing).toEqual([PHONE_NUMBER_ID]);
    await advance(simulator.url, 25_000);
    expect((await phone()).typing).toEqual([]);
    await post(simulator.url, typing);
    await sendText(simulator.url, ZOE, 'hello');
    expect((await phone()).typing).toEqual([]);
  });

  it('keeps every call for a buyer in order: taken, refused, and those that cannot be read', async () => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const sent = await sendText(simulator.url, ZOE, 'one');
    await post(simulator.url, textTo(ZOE, ''));
    await post(simulator.url, textTo('447700900123', 'to somebody else'));
    await post(simulator.url, textTo(`+${ZOE}`, 'two'), 'wrong token');
    expect((await phone()).calls).toMatchObject([
      { kind: 'message', wamid: sent, answer: { status: 200, error_code: null } },
      { kind: 'message', wamid: null, answer: { status: 400, error_code: 100 } },
      { kind: 'message', wamid: null, answer: { status: 401, error_code: 190 } },
    ]);
    await api(`${PHONE_NUMBER_ID}/messages`, { raw: 'no json', method: 'POST' });
    const { calls } = z
      .looseObject({ calls: z.array(z.unknown()) })
      .parse(await control(simulator.url, '/whatsapp/calls'));
    expect(calls).toHaveLength(5);
    expect(calls[4]).toMatchObject({ request: 'no json', address: null, answer: { status: 400 } });
    expect(await control(simulator.url, '/whatsapp/sends')).toMatchObject({ sends: { length: 2 } });
  });

  it('shows a message that will fail at no time', async () => {
    await change(simulator.url, { auto_statuses: { sent_ms: 60_000 } });
    expect((await post(simulator.url, textTo(ZOE, 'outside the window'))).status).toBe(200);
    expect((await phone()).screen).toEqual([]);
  });

  it('takes a file as a form or as bytes, and knows it when it is sent', async () => {
    const form = new FormData();
    form.append('messaging_product', 'whatsapp');
    form.append('type', 'image/png');
    form.append('file', new Blob([PNG], { type: 'image/png' }), 'a.png');
    const encoded = new Response(form);
    const uploaded = await api(`${PHONE_NUMBER_ID}/media`, {
      raw: new Uint8Array(await encoded.arrayBuffer()),
      headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    });
    expect(uploaded).toMatchObject({ status: 200, body: { id: textLike(/^\d+$/) } });
    const { id } = z.looseObject({ id: z.string() }).parse(uploaded.body);
    const kept = await api(id);
    expect(kept.body).toMatchObject({
      id,
      mime_type: 'image/png',
      file_size: PNG.length,
      sha256: createHash('sha256').update(PNG).digest('hex'),
    });
    const bytes = await api(`${PHONE_NUMBER_ID}/media`, {
      raw: new Uint8Array(PNG),
      headers: { 'content-type': 'image/png' },
    });
    expect(bytes.status).toBe(200);
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    const image = (mediaId: string) =>
      post(simulator.url, { messaging_product: 'whatsapp', to: ZOE, type: 'image', image: { id: mediaId } });
    await image(id);
    await image('404');
    expect((await phone()).screen).toMatchObject([{ from: 'buyer' }, { type: 'image', body: { id } }]);
  });

  it.each([
    ['nothing', '', 'image/png'],
    ['an unknown kind', 'x', 'model/gltf'],
    ['an image too large', 'x'.repeat(5 * 1024 * 1024 + 1), 'image/png'],
    [
      'a form without product',
      '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
      'multipart/form-data; boundary=b',
    ],
  ])('refuses %s as a file', async (_name, raw, type) => {
    const answer = await api(`${PHONE_NUMBER_ID}/media`, {
      raw,
      method: 'POST',
      headers: { 'content-type': type },
    });
    expect(codeOf(answer)).toBe(100);
  });

  it('answers what is asked before a number goes live', async () => {
    await change(simulator.url, { whatsapp_messaging_limit: 2_000 });
    await control(simulator.url, '/whatsapp/numbers', {
      id: PHONE_NUMBER_ID,
      quality_rating: 'YELLOW',
      throughput_per_second: 1_000,
    });
    expect((await api(PHONE_NUMBER_ID)).body).toMatchObject({
      id: PHONE_NUMBER_ID,
      display_phone_number: '12025550100',
      quality_rating: 'YELLOW',
      throughput: { level: 'HIGH' },
      whatsapp_business_manager_messaging_limit: 'TIER_2K',
    });
    const fields = await api(`${ACCOUNT}?fields=whatsapp_business_manager_messaging_limit`);
    expect(fields.body).toEqual({ id: ACCOUNT, whatsapp_business_manager_messaging_limit: 'TIER_2K' });
    expect((await api('debug_token?input_token=wa-token')).body).toMatchObject({
      data: { is_valid: true, scopes: ['whatsapp_business_management', 'whatsapp_business_messaging'] },
    });
    expect((await api('debug_token?input_token=other')).body).toMatchObject({ data: { is_valid: false } });
    expect(errorOf(await api('404'))).toMatchObject({
      code: 100,
      error_subcode: 33,
      type: 'GraphMethodException',
    });
  });
});
