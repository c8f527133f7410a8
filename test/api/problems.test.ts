import { randomUUID } from 'node:crypto';
import express, { Router } from 'express';
import request from 'supertest';
import { PROBLEMS } from '../../api/problems';
import { createApp } from '../../api/server';
import { createPool } from '../../platform/database';
import { createLogger } from '../../platform/logger';
import type { Scene } from '../commands/world';
import { OUTGOING, TOKENS, UNLIMITED, createTestApi, mediaParts } from './app';
import type { TestApi } from './app';
import { problemOf } from './expectations';

let api: TestApi;
let scene: Scene;
beforeAll(async () => {
  api = await createTestApi();
  scene = await api.world.conversation();
});
afterAll(() => api.end());

function post(path: string): request.Test {
  return request(api.app).post(path).set('Authorization', 'Bearer test-token-anna');
}

describe('authentication', () => {
  test.each([
    ['no header', undefined],
    ['another scheme', 'Basic dGVzdA=='],
    ['an empty token', 'Bearer '],
    ['a wrong token', 'Bearer test-token-anne'],
    ['the beginning of a token', 'Bearer test-token'],
    ['two tokens', 'Bearer test-token-anna test-token-ben'],
  ])('%s is answered 401 and changes nothing', async (_name, header) => {
    const call = request(api.app).post(`/v1/conversations/${scene.id}/take-over`);
    if (header !== undefined) call.set('Authorization', header);
    const response = await call;
    expect(problemOf(response).answer).toBe('401 unauthorized');
    expect(response.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(await api.world.value('select owner from conversation where id = $1', [scene.id])).toBe(
      'automation',
    );
  });

  test('the scheme is read in any case', async () => {
    const response = await request(api.app).get('/v1/policies').set('Authorization', 'bearer test-token-ben');
    expect(response.status).toBe(200);
  });

  test('an unknown address tells a stranger nothing', async () => {
    expect(problemOf(await request(api.app).get('/v1/nothing-here')).answer).toBe('401 unauthorized');
  });
});

describe('bodies', () => {
  test.each([
    ['cut off', '{"reason":'],
    ['no JSON', 'take over please'],
    ['a bare word', 'true'],
  ])('a body that is %s is answered 400', async (_name, body) => {
    const call = post(`/v1/conversations/${scene.id}/take-over`).set('Content-Type', 'application/json');
    expect(problemOf(await call.send(body)).answer).toBe('400 malformed_json');
  });

  test('a body that is too large is answered 413', async () => {
    const call = post(`/v1/conversations/${scene.id}/messages`);
    expect(problemOf(await call.send({ text: { body: 'x'.repeat(70_000) } })).answer).toBe(
      '413 payload_too_large',
    );
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a body declared as %s is answered 415',
    async (type) => {
      const call = post(`/v1/conversations/${scene.id}/take-over`).set('Content-Type', type);
      expect(problemOf(await call.send('a=b')).answer).toBe('415 unsupported_media_type');
    },
  );

  test('a compressed body and a foreign charset are answered 415', async () => {
    const url = `/v1/conversations/${scene.id}/take-over`;
    const gzip = post(url).set('Content-Type', 'application/json').set('Content-Encoding', 'gzip');
    expect(problemOf(await gzip.send('{}')).answer).toBe('415 unsupported_media_type');
    const latin = post(url).set('Content-Type', 'application/json; charset=iso-8859-1');
    expect(problemOf(await latin.send('{}')).answer).toBe('415 unsupported_media_type');
  });

  test.each([
    ['take-over', [], 'body'],
    ['take-over', { force: 'yes' }, 'force'],
    ['take-over', { forse: true }, 'forse'],
    ['take-over', { reason: 'x'.repeat(501) }, 'reason'],
    ['take-over', { reason: 'a\u0000b' }, 'reason'],
    ['pause', {}, 'until'],
    ['pause', { until: '2099-01-01T00:00:00Z', forever: true }, 'until'],
    ['pause', { until: 'tomorrow' }, 'until'],
    ['pause', { until: '2099-02-30T00:00:00Z' }, 'until'],
    ['pause', { until: 4_102_444_800_000 }, 'until'],
    ['pause', { forever: false }, 'forever'],
    ['route', {}, 'route'],
    ['route', { route: 'robot' }, 'route'],
    ['follow-up-rule', {}, 'use_policy'],
    ['follow-up-rule', { use_policy: true, cap: 1 }, 'use_policy'],
    ['follow-up-rule', { cap: -1 }, 'cap'],
    ['follow-up-rule', { wait_seconds: [] }, 'wait_seconds'],
    ['follow-up-rule', { wait_seconds: [0] }, 'wait_seconds.0'],
    ['follow-up-rule', { wait_seconds: [1.5] }, 'wait_seconds.0'],
    ['messages', {}, 'text'],
    ['messages', { text: {} }, 'text.body'],
    ['messages', { text: { body: '' } }, 'text.body'],
    ['messages', { text: { body: ' \n\t ' } }, 'text.body'],
    ['messages', { text: { body: 'x'.repeat(4_097) } }, 'text.body'],
    ['messages', { text: { body: 'half \ud83d a smile' } }, 'text.body'],
    ['messages', { text: { body: 'null \u0000 byte' } }, 'text.body'],
    ['messages', { type: 'poll', poll: { id: '1' } }, 'type'],
    ['messages', { text: { body: 'Hi', preview: true } }, 'text.preview'],
  ])('%s with %j is answered 422 and names the field %s', async (command, body, field) => {
    const response = await post(`/v1/conversations/${scene.id}/${command}`).send(body);
    const details = problemOf(response);
    expect(details.answer).toBe('422 invalid_request');
    expect(details.errors).toEqual(expect.arrayContaining([expect.objectContaining({ field })]));
    expect(typeof details.what_to_do).toBe('string');
  });

  test('the longest text and a body with emoji are taken as they are', async () => {
    const longest = await post(`/v1/conversations/${scene.id}/messages`).send({
      text: { body: 'x'.repeat(4_096) },
    });
    expect(longest.status).toBe(200);
    const smiling = await post(`/v1/conversations/${scene.id}/messages`).send({
      text: { body: 'Olá 👩‍👩‍👧 “Nora”' },
    });
    expect(smiling.status).toBe(200);
  });

  test('no body at all is as good as an empty one', async () => {
    const other = await api.world.conversation();
    expect((await post(`/v1/conversations/${other.id}/take-over`)).status).toBe(200);
  });
});

describe('keys', () => {
  test.each([
    ['an empty key', ' '],
    ['a key that is too long', 'k'.repeat(201)],
    ['a key that is not ASCII', 'clé'],
  ])('%s is answered 422', async (_name, key) => {
    const call = post(`/v1/conversations/${scene.id}/take-over`).set('Idempotency-Key', key);
    expect(problemOf(await call)).toMatchObject({ answer: '422 invalid_request', field: 'Idempotency-Key' });
  });

  test('the longest key is taken', async () => {
    const call = post(`/v1/conversations/${scene.id}/take-over`).set('Idempotency-Key', 'k'.repeat(200));
    expect((await call).status).toBe(200);
  });
});

describe('addresses', () => {
  test.each([
    ['GET', '/v1/nothing-here', '404 not_found'],
    ['GET', '/nothing-here', '404 not_found'],
    ['DELETE', '/v1/policies', '405 method_not_allowed'],
    ['POST', '/v1/conversations/not-a-uuid/take-over', '404 conversation_not_found'],
    ['POST', `/v1/conversations/${randomUUID()}/take-over`, '404 conversation_not_found'],
    ['GET', '/v1/conversations/not-a-uuid', '404 conversation_not_found'],
    ['GET', `/v1/conversations/${randomUUID()}`, '404 conversation_not_found'],
    ['GET', `/v1/buyers/${randomUUID()}`, '404 buyer_not_found'],
    ['GET', '/v1/buyers/%E0%A4%A', '400 malformed_request'],
    ['GET', '/v1/conversations?limit=0', '422 invalid_request'],
    ['GET', '/v1/conversations?limit=many', '422 invalid_request'],
    ['GET', '/v1/conversations?limit=0x10', '422 invalid_request'],
    ['GET', '/v1/conversations?limit=1e1', '422 invalid_request'],
    ['GET', '/v1/conversations?limit=%2010', '422 invalid_request'],
    ['GET', '/v1/conversations?limit=', '422 invalid_request'],
    ['GET', '/v1/conversations?limit=201', '422 invalid_request'],
    ['GET', '/v1/conversations?cursor=abc', '422 invalid_request'],
    ['GET', '/v1/conversations?owner=nobody', '422 invalid_request'],
    ['GET', '/v1/conversations?owner=phone&owner=meta', '422 invalid_request'],
    ['GET', '/v1/conversations?needs_human=maybe', '422 invalid_request'],
    ['GET', '/v1/conversations?buyer_wa_id=nora', '422 invalid_request'],
    ['GET', '/v1/conversations?number=1', '422 invalid_request'],
  ] as const)('%s %s is answered %s', async (method, path, answer) => {
    const agent = request(api.app);
    const call = { GET: agent.get(path), POST: agent.post(path), DELETE: agent.delete(path) }[method];
    expect(problemOf(await call.set('Authorization', 'Bearer test-token-anna')).answer).toBe(answer);
  });
});

describe('health', () => {
  test('is open to everybody', async () => {
    expect((await request(api.app).get('/health/live')).body).toEqual({ status: 'live' });
    expect((await request(api.app).get('/health/ready')).body).toEqual({ status: 'ready', checks: [] });
  });
});

describe('without Postgres', () => {
  const pool = createPool({
    url: 'postgres://nobody@127.0.0.1:1/nothing',
    connectionsMax: 2,
    statementTimeoutMs: 500,
    applicationName: 'test',
  });
  const app = createApp({
    pool,
    logger: createLogger('test', 'silent'),
    tokens: TOKENS,
    rateLimit: UNLIMITED,
    webhooks: Router().post('/boom', express.text(), () => {
      throw new TypeError('Nora, +1 202 555 0100');
    }),
    handOver: { soon: () => undefined },
    outgoingWebhooks: OUTGOING,
    media: mediaParts(),
    readHealth: () => Promise.resolve({ isReady: false, checks: [] }),
  });
  afterAll(() => pool.end());

  test('a command is answered 503 and may be repeated', async () => {
    const response = await request(app)
      .post(`/v1/conversations/${randomUUID()}/take-over`)
      .set('Authorization', 'Bearer test-token-anna');
    expect(problemOf(response).answer).toBe('503 unavailable');
    expect(response.headers['retry-after']).toBeDefined();
  });

  test('it is live but not ready', async () => {
    expect((await request(app).get('/health/live')).status).toBe(200);
    expect(problemOf(await request(app).get('/health/ready')).answer).toBe('503 unavailable');
  });

  test('an error that nobody foresaw is answered 500 without what it said', async () => {
    const response = await request(app).post('/webhooks/boom').send('x');
    expect(problemOf(response).answer).toBe('500 unexpected');
    expect(response.text).not.toContain('Nora');
  });
});

test('webhooks get their bytes before anything parses them', async () => {
  const received: unknown[] = [];
  const webhooks = Router().post('/whatsapp', express.raw({ type: () => true }), (call, response) => {
    received.push(call.body);
    response.sendStatus(200);
  });
  const app = createApp({
    pool: api.world.pool,
    logger: createLogger('test', 'silent'),
    tokens: TOKENS,
    rateLimit: UNLIMITED,
    webhooks,
    handOver: { soon: () => undefined },
    outgoingWebhooks: OUTGOING,
    media: mediaParts(),
    readHealth: () => Promise.resolve({ isReady: true, checks: [] }),
  });
  await request(app).post('/webhooks/whatsapp').set('Content-Type', 'application/json').send('{ "a" : 1 }');
  expect(received).toEqual([Buffer.from('{ "a" : 1 }')]);
});

test('every problem says what to do about it', () => {
  for (const { status, title, whatToDo } of Object.values(PROBLEMS)) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/\.$/);
    expect(whatToDo).toMatch(/\.$/);
  }
});
