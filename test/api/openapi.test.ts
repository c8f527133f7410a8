import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Router } from 'express';
import request from 'supertest';
import { z } from 'zod';
import { PROBLEMS } from '../../api/problems';
import { ROUTES } from '../../api/routes';
import { createWebhookRouter } from '../../api/ingest/webhook.routes';
import { createBackground } from '../../platform/background';
import { createLogger } from '../../platform/logger';
import { DOCUMENT, faultOf, operationOf, responseOf } from './document';
import { createTestApi } from './app';
import type { TestApi } from './app';

const COMMITTED = path.resolve(__dirname, '../../docs/openapi.json');

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.end());

const layers = z.object({
  stack: z.array(
    z.looseObject({
      route: z.looseObject({ path: z.string(), methods: z.record(z.string(), z.boolean()) }).optional(),
    }),
  ),
});

/** `GET /v1/…` of everything that a router of express serves; refusals of other methods are no route. */
function served(router: Pick<Router, 'stack'>, prefix = ''): string[] {
  return layers.parse({ stack: router.stack }).stack.flatMap(({ route }) =>
    Object.keys(route?.methods ?? {})
      .filter((method) => method !== '_all')
      .map((method) => `${method.toUpperCase()} ${prefix}${route?.path.replaceAll(/:(\w+)/g, '{$1}') ?? ''}`),
  );
}

test('the committed document is that of the routes; `npm run openapi` writes it', () => {
  expect(JSON.parse(readFileSync(COMMITTED, 'utf8'))).toEqual(DOCUMENT);
});

test('every route of express is in the document, and every operation of the document is a route', async () => {
  const webhooks = createWebhookRouter({
    database: api.world.pool,
    handOver: { soon: () => undefined, drained: () => Promise.resolve(), waitingCount: () => 0 },
    logger: createLogger('test', 'silent'),
    appSecrets: ['secret'],
    verifyToken: 'token',
    background: createBackground(),
  });
  const routes = [...served(api.app.router), ...served(webhooks, '/webhooks')];
  const operations = Object.entries(DOCUMENT.paths).flatMap(([place, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${place}`),
  );
  expect(routes.sort()).toEqual(operations.sort());
  expect((await request(api.app).get('/openapi.json')).body).toEqual(DOCUMENT);
});

test('operations have names of their own, and those that change something take a key', () => {
  const ids = ROUTES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const route of ROUTES.filter(({ serve }) => serve !== null)) {
    const keys = operationOf(route).parameters.filter(({ name }) => name === 'Idempotency-Key');
    expect([route.id, route.orders !== null, keys.length]).toEqual([
      route.id,
      route.method !== 'get',
      keys.length,
    ]);
    expect(keys).toHaveLength(route.orders !== null ? 1 : 0);
  }
});

test.each(ROUTES.map((route) => [route.id, route] as const))(
  '%s is described with examples that are as its schemas say',
  (_id, route) => {
    const described = operationOf(route);
    const body = described.requestBody?.content['application/json'];
    const answers = Object.keys(route.answers).map(
      (status) => responseOf(described, Number(status))?.content['application/json'],
    );
    const faults = [body, ...answers].map((part) =>
      part?.example === undefined ? null : faultOf(part.example, part.schema),
    );
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
    expect(body === undefined || route.body.safeParse(body.example).success).toBe(true);
    expect(described.description).toContain(route.scope === null ? '' : `\`${route.scope}\``);
  },
);

test('every problem of the document has an example and is a type that the API lists', async () => {
  const kinds = Object.keys(DOCUMENT.components.examples);
  expect(kinds.filter((kind) => !(kind in PROBLEMS))).toEqual([]);
  const answer = await request(api.app).get('/problems');
  const listed = z.object({ items: z.array(z.looseObject({ type: z.string() })) }).parse(answer.body);
  expect(listed.items.map(({ type }) => type.replace('urn:continuo:problem:', '')).sort()).toEqual(
    Object.keys(PROBLEMS).sort(),
  );
});

describe('the page', () => {
  test('loads only files of this address, and its policy lets the browser load nothing else', async () => {
    const page = await request(api.app).get('/docs');
    expect(page.status).toBe(200);
    const policy = page.headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|unsafe|\*/);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(loaded).toHaveLength(4);
    for (const address of loaded) {
      expect(address).toMatch(/^\/docs\//);
      expect((await request(api.app).get(address)).status).toBe(200);
    }
  });

  test('has no file but its own', async () => {
    for (const file of ['package.json', '..%2Fpackage.json', 'swagger-ui.css.map'])
      expect((await request(api.app).get(`/docs/${file}`)).status).toBe(404);
  });
});
