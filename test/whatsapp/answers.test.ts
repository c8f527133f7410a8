import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import { createWhatsAppClient } from '../../activities/whatsapp/whatsapp.client';
import type { WhatsAppPort } from '../../activities/whatsapp/whatsapp.client';
import { addSend, addTaken, createWorld } from '../commands/world';
import type { World } from '../commands/world';
import { activateShippedPolicy } from '../ingest/policy';
import { PATIENCE_MS } from '../support/wait-for';

let world: World;
let server: Server;
let whatsapp: WhatsAppPort;
let answer = { status: 200, body: '' };
beforeAll(async () => {
  world = await createWorld();
  await activateShippedPolicy(world.pool);
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  whatsapp = createWhatsAppClient({
    baseUrl,
    apiVersion: 'v26.0',
    accessToken: 'test',
    timeoutMs: PATIENCE_MS,
    connectTimeoutMs: PATIENCE_MS,
  });
});
afterAll(async () => {
  server.close();
  await world.end();
});

/** What becomes of a message whose call is answered so. */
async function deliver(status: number, body: unknown) {
  await world.pool.query('delete from channel');
  answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  const scene = await addTaken(world);
  const sendId = await addSend(world, scene, { status: 'planned' });
  const delivery = await deliverSend({ database: world.pool, whatsapp }, sendId);
  const error = await world.value('select error from send where id = $1', [sendId]);
  return { status: delivery.status, error };
}

const signed = (code: number, more: object = {}) => ({
  error: { message: `(#${code}) no`, type: 'OAuthException', code, fbtrace_id: 'A1', ...more },
});
type Answer = [status: number, body: unknown];
const MESSAGES = [{ id: 'wamid.answer' }];

describe('an answer that only Meta itself can give', () => {
  test.each<[string, Answer, string]>([
    ['a passing fault', [500, signed(131016)], 'planned'],
    ['an unknown fault', [503, signed(999_999)], 'planned'],
    ['a refusal', [400, signed(131009)], 'failed'],
    ['a refusal in an answer of 200', [200, signed(131026)], 'failed'],
  ])('tells for certain that the message did not leave: %s', async (_what, given, means) => {
    expect(await deliver(...given)).toMatchObject({ status: means });
  });
});

describe('an answer that may be a gateway’s leaves open whether the message left', () => {
  const upstream = { code: 14, message: 'upstream connect error', status: 'UNAVAILABLE' };
  test.each<[string, number, unknown]>([
    ['of a code of its own', 503, { error: upstream }],
    ['of a code that is one of Meta’s', 504, { error: { code: 1, message: 'upstream timeout' } }],
    ['of a code that would stop the app', 503, { error: { code: 0, message: 'no' } }],
    ['of a type alone', 502, { error: { code: 131016, message: 'no', type: 'OAuthException' } }],
    ['of an HTTP status as its code', 502, { error: { code: 502, message: 'Bad Gateway' } }],
    ['of a time-out', 408, { error: { code: 1, message: 'timeout' } }],
    ['of a code that is no whole number', 500, { error: { ...signed(1).error, code: 131016.5 } }],
    ['in words', 502, '<html>bad</html>'],
    ['of 200 with an error of nobody', 200, { error: { code: 131026, message: 'no' } }],
    ['of 200 with a message and a refusal at once', 200, { messages: MESSAGES, ...signed(131000) }],
    ['of 200 with an id that no index holds', 200, { messages: [{ id: 'w'.repeat(3_000) }] }],
  ])('%s', async (_what, status, body) => {
    expect(await deliver(status, body)).toMatchObject({ status: 'unconfirmed' });
    expect(await world.value('select count(*) from channel where stopped_at is not null')).toBe(0);
  });
});

describe('an answer with text that Postgres cannot keep', () => {
  test.each(['a\u0000b', 'a\ud83d'])('is written down in other words (%j)', async (details) => {
    const cleaned = `a\ufffd${details.slice(2)}`;
    const refused = signed(131009, { message: details, error_data: { details } });
    expect(await deliver(400, refused)).toMatchObject({
      status: 'failed',
      error: { title: cleaned, details: cleaned },
    });
    expect(await deliver(200, { messages: [{ id: `wamid.${details}` }] })).toMatchObject({
      status: 'accepted',
    });
  });
});
