import { Writable } from 'node:stream';
import { Router } from 'express';
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

test('a log line has method, path, status and request id, and nothing of people, words or tokens', async () => {
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
