import request from 'supertest';
import { z } from 'zod';
import type { Response } from 'supertest';
import { createTokenAnswer, tokenList } from '../../api/contract';
import { ROUTES } from '../../api/routes';
import { createApp } from '../../api/server';
import { createLogger } from '../../platform/logger';
import { SCOPES } from '../../store/token.store';
import type { Scope } from '../../store/token.store';
import { Router } from 'express';
import { OUTGOING, TOKENS, createTestApi, mediaParts } from './app';
import type { TestApi } from './app';
import { expectDone, problemOf } from './expectations';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.end());

const make = async (json: object) => {
  const answer = await api.post('/v1/tokens', undefined, json);
  expect(answer.status).toBe(201);
  const made = createTokenAnswer.parse(answer.body);
  return { ...made, token: made.token ?? '' };
};
const takeOver = (conversationId: string, token: string): Promise<Response> =>
  api.post(`/v1/conversations/${conversationId}/take-over`, token);

describe('a token', () => {
  test('opens what its scope says under the name of its agent, and nothing after it is revoked', async () => {
    const scene = await api.world.conversation();
    const { id, token } = await make({ name: 'laptop', scope: 'agent', agent: 'dana' });
    expect(expectDone(await takeOver(scene.id, token)).conversation.owner).toBe('agent:dana');
    expect((await api.post(`/v1/tokens/${id}/revoke`)).status).toBe(200);
    expect(problemOf(await takeOver(scene.id, token)).answer).toBe('401 unauthorized');
    expect(problemOf(await api.post(`/v1/tokens/${id}/revoke`)).answer).toBe('404 token_not_found');
  });

  test('is kept as a hash, shown once, and listed with its beginning and its last use', async () => {
    const { id, token, prefix } = await make({ name: 'screen', scope: 'read' });
    expect((await api.get('/v1/numbers', token)).status).toBe(200);
    const everything = await api.world.value(
      `select (select jsonb_agg(api_token) from api_token)::text || (select jsonb_agg(command) from command)::text`,
    );
    expect(everything).not.toContain(token);
    const listed = await api.get('/v1/tokens');
    expect(listed.text).not.toContain(token);
    const row = tokenList.parse(listed.body).items.find((one) => one.id === id);
    expect(row).toMatchObject({ name: 'screen', prefix, scope: 'read', created_by: 'anna' });
    expect(token.startsWith(prefix)).toBe(true);
    expect(row?.last_used_at).not.toBeNull();
  });

  test('ends by itself', async () => {
    const { id, token } = await make({ name: 'short', scope: 'read', expires_at: '2099-01-01T00:00:00Z' });
    expect((await api.get('/v1/numbers', token)).status).toBe(200);
    await api.world.pool.query(`update api_token set expires_at = now() where id = $1`, [id]);
    expect(problemOf(await api.get('/v1/numbers', token)).answer).toBe('401 unauthorized');
  });
});

describe('each route', () => {
  const tokens = new Map<Scope, string>();
  beforeAll(async () => {
    for (const scope of SCOPES) tokens.set(scope, (await make({ name: scope, scope })).token);
  });

  test.each(ROUTES.filter(({ scope }) => scope !== null).map((route) => [route.id, route] as const))(
    '%s is refused to every scope below its own',
    async (_id, route) => {
      const path = route.path.replace(/\{\w+\}/, '0');
      for (const scope of SCOPES) {
        const token = tokens.get(scope) ?? '';
        const call = request(api.app)[route.method](path).set('Authorization', `Bearer ${token}`);
        const answer = await (route.method === 'get' ? call : call.send({}));
        const isBelow = SCOPES.indexOf(scope) < SCOPES.indexOf(route.scope ?? 'admin');
        const refusal = z
          .object({
            status: z.literal(403),
            body: z.looseObject({ needed_scope: z.string(), scope: z.string() }),
          })
          .safeParse(answer).data?.body;
        expect([scope, refusal?.scope, refusal?.needed_scope]).toEqual(
          isBelow ? [scope, scope, route.scope] : [scope, undefined, undefined],
        );
      }
      expect(problemOf(await request(api.app)[route.method](path)).answer).toBe('401 unauthorized');
    },
  );
});

describe('a token that asks too often', () => {
  /** One of several API processes on the same database. */
  const process = () =>
    createApp({
      pool: api.world.pool,
      logger: createLogger('test', 'silent'),
      tokens: TOKENS,
      rateLimit: { requestsMax: 2, windowMs: 60_000 },
      webhooks: Router().post('/whatsapp', (_request, response) => {
        response.sendStatus(200);
      }),
      handOver: { soon: () => undefined },
      outgoingWebhooks: OUTGOING,
      media: mediaParts(),
      readHealth: () => Promise.resolve({ isReady: true, checks: [] }),
    });
  let apps: ReturnType<typeof process>[];
  beforeEach(async () => {
    await api.world.pool.query('delete from api_token_use');
    apps = [process(), process()];
  });
  const ask = (name: string, app = apps[0]) =>
    request(app ?? '')
      .get('/v1/numbers')
      .set('Authorization', `Bearer test-token-${name}`);

  test('is told when to come back; others, and Meta, are not held up', async () => {
    expect((await ask('anna')).headers['ratelimit']).toContain('r=1');
    expect((await ask('anna')).status).toBe(200);
    const refused = await ask('anna');
    expect(problemOf(refused).answer).toBe('429 too_many_requests');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.headers['ratelimit-policy']).toContain('q=2');
    expect((await ask('ben')).status).toBe(200);
    for (let count = 0; count < 5; count += 1)
      expect((await request(apps[0] ?? '').post('/webhooks/whatsapp')).status).toBe(200);
  });

  test('may not ask more where there are more processes', async () => {
    const answers = await Promise.all([0, 1, 0, 1, 0, 1].map((index) => ask('anna', apps[index])));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429, 429, 429]);
  });

  test('may ask again in the next window', async () => {
    for (const expected of [200, 200, 429]) expect((await ask('anna')).status).toBe(expected);
    await api.world.pool.query('update api_token_use set window_ends_at = now()');
    for (const expected of [200, 200, 429]) expect((await ask('anna')).status).toBe(expected);
  });
});

test('an answer that the caller would not take is refused before anything is done', async () => {
  const scene = await api.world.conversation();
  const answer = await request(api.app)
    .post(`/v1/conversations/${scene.id}/take-over`)
    .set({ Authorization: 'Bearer test-token-anna', Accept: 'text/html' });
  expect(problemOf(answer).answer).toBe('406 not_acceptable');
  expect(await api.world.value('select owner from conversation where id = $1', [scene.id])).toBe(
    'automation',
  );
});
