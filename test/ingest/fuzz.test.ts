import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express from 'express';
import { z } from 'zod';
import { assignItems } from '../../api/ingest/assign';
import { flattenBody } from '../../api/ingest/flatten';
import { createWebhookRouter } from '../../api/ingest/webhook.routes';
import { createBackground } from '../../platform/background';
import { createLogger } from '../../platform/logger';
import { at, bodyOf, change, identityChange, message, messages } from './bodies';
import { createChance, mutate } from './mutate';
import { createWorld } from './world';
import type { World } from './world';

const SIZE = Number(process.env['FUZZ_SIZE'] ?? 1_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const CHUNK = 200;
const AT_ONCE = 6;
const SECRET = 'fuzz-secret';
const MS_PER_BODY_MAX = 200;

const sample = z.looseObject({ payload: z.unknown() });
const SAMPLES: readonly unknown[] = [
  ...readFileSync(join(__dirname, '..', 'fixtures', 'whatsapp-webhooks.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => sample.parse(JSON.parse(line)).payload),
  messages(
    identityChange(
      { type: 'user_changed_number', wa_id: '447700900502', previous_user_id: 'GB.1' },
      { from: '447700900501' },
    ),
  ),
  messages(
    message({
      type: 'edit',
      edit: { original_message_id: 'wamid.a', message: { type: 'text', text: { body: 'b' } } },
      from: '447700900501',
    }),
  ),
  messages(message({ type: 'revoke', revoke: { original_message_id: 'wamid.a' }, from: '447700900501' })),
  messages(
    message({
      type: 'contacts',
      contacts: [{ origin: 'contact_request', phones: [{ wa_id: '447700900501' }] }],
      from_user_id: 'GB.1',
    }),
  ),
  bodyOf(
    change({ message_echoes: [message({ from: '12025550100', to: '447700900501' })] }, 'smb_message_echoes'),
  ),
  bodyOf(
    change(
      {
        history: [
          {
            threads: [
              { id: '447700900501', messages: [message({ from: '447700900501', timestamp: at(-9_999) })] },
            ],
          },
        ],
      },
      'history',
    ),
  ),
  bodyOf(change({ state_sync: [{ type: 'contact', action: 'add' }] }, 'smb_app_state_sync')),
  bodyOf(
    change(
      { user_preferences: [{ wa_id: '447700900501', value: 'stop', timestamp: 1 }] },
      'user_preferences',
    ),
  ),
  bodyOf({ field: 'account_alerts', value: { alert_info: { alert_severity: 'CRITICAL', alert_type: 'X' } } }),
];

let world: World;
let close: () => void;
let url = '';
beforeAll(async () => {
  world = await createWorld();
  const app = express().use(
    createWebhookRouter({
      database: world.pool,
      background: createBackground(),
      handOver: { soon: () => undefined, waitingCount: () => 0, drained: () => Promise.resolve() },
      logger: createLogger('test', 'silent'),
      appSecrets: [SECRET],
      verifyToken: 'token',
    }),
  );
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => server.close();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was expected');
  url = `http://127.0.0.1:${address.port}/whatsapp`;
});
afterAll(async () => {
  close();
  await world.end();
});

async function post(body: Buffer): Promise<number> {
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const response = await fetch(url, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'x-hub-signature-256': `sha256=${signature}` },
  });
  await response.arrayBuffer();
  return response.status;
}

async function postAll(bodies: readonly Buffer[]): Promise<Set<number>> {
  const statuses = new Set<number>();
  const queue = [...bodies];
  const work = async (): Promise<void> => {
    for (let body = queue.shift(); body !== undefined; body = queue.shift()) statuses.add(await post(body));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return statuses;
}

/** Bodies and items that are not in Postgres. */
async function lost(bodies: readonly Buffer[]): Promise<string[]> {
  const hashes = bodies.map((body) => createHash('sha256').update(body).digest('hex'));
  const keys = bodies.flatMap((body) =>
    flattenBody(body).map((item) =>
      item.dedupeKey.replaceAll('\u0000', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD'),
    ),
  );
  const missing = await world.rows<{ what: string }>(
    `select what from unnest($1::text[]) as what
      where not exists (select 1 from webhook_body where sha256 = decode(what, 'hex'))
     union all
     select what from unnest($2::text[]) as what where not exists (select 1 from webhook_item where dedupe_key = what)`,
    [hashes, keys],
  );
  return missing.map(({ what }) => what);
}

/** Items that our own code could not work off at the first try. */
async function failures(): Promise<unknown[]> {
  const waiting = await world.rows<{ id: number }>(
    'select id from webhook_item where assigned_at is null and error is null order by id',
  );
  await assignItems(
    world.pool,
    waiting.map(({ id }) => id),
  );
  return await world.rows(
    `select kind, raw, attempts, error from webhook_item
      where (assigned_at is null and error is null) or attempts > 0 limit 3`,
  );
}

it(
  `${SIZE} mutated bodies: each is confirmed, none is lost, none breaks what follows (seed ${SEED})`,
  async () => {
    const chance = createChance(SEED);
    for (let done = 0; done < SIZE; done += CHUNK) {
      const bodies = Array.from({ length: Math.min(CHUNK, SIZE - done) }, () =>
        mutate(chance, chance.pick(SAMPLES)),
      );
      expect([...(await postAll(bodies))]).toEqual([200]);
      expect(await lost(bodies)).toEqual([]);
      expect(await failures()).toEqual([]);
    }
    expect(await world.rows('select 1 from message limit 1')).toHaveLength(1);
  },
  600_000 + SIZE * MS_PER_BODY_MAX,
);
