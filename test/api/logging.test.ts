import { Writable } from 'node:stream';
import { Router } from 'express';
import type { Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { createApp } from '../../api/server';
import { createWorld } from '../commands/world';
import type { World } from '../commands/world';
import { OUTGOING, TOKENS, UNLIMITED, mediaParts } from './app';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.end());

/** The API, with the lines of its log as they are written, before anything is redacted. */
function openApi(): { app: Express; lines: string[] } {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, written) => {
      lines.push(chunk.toString());
      written();
    },
  });
  const app = createApp({
    pool: world.pool,
    logger: pino(stream),
    tokens: TOKENS,
    rateLimit: UNLIMITED,
    webhooks: Router(),
    handOver: { soon: () => undefined },
    outgoingWebhooks: OUTGOING,
    media: mediaParts(),
    readHealth: () => Promise.resolve({ isReady: true, checks: [] }),
  });
  return { app, lines };
}

test('a log line has method, path, status and request id, and nothing of people, words or tokens', async () => {
  const { app, lines } = openApi();
  const scene = await world.conversation();
  const response = await request(app)
    .get(`/v1/conversations?buyer_wa_id=${scene.waId}`)
    .set('Authorization', 'Bearer test-token-anna');
  await request(app)
    .post(`/v1/conversations/${scene.id}/messages`)
    .set('Authorization', 'Bearer test-token-anna')
    .send({ text: { body: 'confidential words' }, reason: 'private reason' });
  await request(app)
    .post(`/v1/conversations/${scene.id}/messages`)
    .set('Authorization', 'Bearer wrong-token-here')
    .send({ text: { body: 'confidential words' } });
  await request(app).get('/health/live');

  expect(lines).toHaveLength(3);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    req: { id: response.headers['x-request-id'], method: 'GET', path: '/v1/conversations' },
    res: { status: 200 },
  });
  const all = lines.join('');
  for (const secret of [scene.waId, 'confidential', 'private', 'test-token', 'wrong-token', 'Nora'])
    expect(all).not.toContain(secret);
});

const ID = '6f1c2a34-0b5d-4e6f-8a90-b1c2d3e4f506';

test.each([
  ['/v1/conversations/Zebedee%20Quux', '/v1/conversations/{id}'],
  ['/v1/conversations/Zebedee%20Quux/timeline', '/v1/conversations/{id}/timeline'],
  ['/v1/conversations/447700900123', '/v1/conversations/{id}'],
  ['/v1/numbers/447700900123/budget', '/v1/numbers/{id}/budget'],
  ['/v1/media/Zebedee', '/v1/media/{id}'],
  ['/v1/Zebedee/Quux', '(no route)'],
  ['/Zebedee?name=Quux', '(no route)'],
  ['/docs/Zebedee', '/docs/{file}'],
  ['/v1/conversations?buyer_name=Zebedee%20Quux', '/v1/conversations'],
  [`/V1/Conversations/${ID}/`, `/v1/conversations/${ID}`],
  [`/v1/conversations/${ID}?name=Zebedee`, `/v1/conversations/${ID}`],
  ['/v1/decisions/1234567', '/v1/decisions/1234567'],
  ['/v1/numbers/100000000000001/budget', '/v1/numbers/100000000000001/budget'],
])('of %s it has %s: the address of a route, and an id only in the form of ours', async (asked, logged) => {
  const { app, lines } = openApi();
  await request(app).get(asked).set('Authorization', 'Bearer test-token-anna');
  expect(lines.map((line) => (JSON.parse(line) as { req: { path: string } }).req.path)).toEqual([logged]);
  for (const one of ['Zebedee', 'Quux', '447700900123', 'Bearer']) expect(lines.join('')).not.toContain(one);
});
