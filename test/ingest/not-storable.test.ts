import { createHmac } from 'node:crypto';
import express from 'express';
import request from 'supertest';
import { webhookItemList, webhookItemRetry } from '../../api/contract';
import { createWebhookRouter } from '../../api/ingest/webhook.routes';
import { createBackground } from '../../platform/background';
import { createLogger } from '../../platform/logger';
import { createTestApi } from '../api/app';
import type { TestApi } from '../api/app';
import { message, messages } from './bodies';
import type { Json } from './bodies';

const SECRET = 'test-app-secret';
const BUYER = '447700900195';

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.end());

/** Posts a body to the door for Meta, and waits until what it holds was assigned; gives the status of the answer. */
async function post(body: string): Promise<number> {
  const background = createBackground();
  const router = createWebhookRouter({
    database: api.world.pool,
    handOver: { soon: () => undefined, waitingCount: () => 0, drained: () => Promise.resolve() },
    background,
    logger: createLogger('test', 'silent'),
    appSecrets: [SECRET],
    verifyToken: 'test-verify-token',
  });
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const { status } = await request(express().use(router))
    .post('/whatsapp')
    .set('X-Hub-Signature-256', `sha256=${signature}`)
    .set('Content-Type', 'application/json')
    .send(body);
  await background.ended();
  return status;
}

const listed = async () => webhookItemList.parse((await api.get('/v1/webhook-items')).body).items;
const texts = async () =>
  (await api.world.pool.query<{ text: string }>('select text from message order by position')).rows.map(
    ({ text }) => text,
  );
const bytesKept = async (body: string) =>
  (await api.world.pool.query('select 1 from webhook_body where body = $1', [Buffer.from(body)])).rowCount;

const said = (body: string, more: Json = {}): Json => message({ from: BUYER, text: { body }, ...more });

describe.each([
  ['a text with', { text: { body: 'nul \u0000 and half \ud83d' } }, 'nul \uFFFD and half \uFFFD'],
  ['a name with', { 'odd \u0000 name': { 'half \ud83d': 1 } }, 'odd'],
  ['a number beyond all limits beside', { amount: '1e999', 'odd \u0000': '-1e999' }, 'odd'],
])('%s what Postgres cannot hold', (_what, more, text) => {
  // Written as numbers, as no number of ours could be.
  const body = JSON.stringify(messages(said('before'), said('odd', more), said('after'))).replace(
    /"(-?1e999)"/g,
    '$1',
  );

  it('costs nobody’s message, and every byte is kept', async () => {
    expect(await post(body)).toBe(200);
    expect(await texts()).toEqual(['before', text, 'after']);
    expect(await listed()).toEqual([]);
    expect(await bytesKept(body)).toBe(1);
  });
});

describe('an item that Postgres refuses for what it says', () => {
  const body = JSON.stringify(messages(said('before'), said('refused'), said('after')));
  /** As a limit of Postgres would that nobody knows of. */
  const refuse = (code: string) =>
    api.world.pool.query(`
      create function refuse() returns trigger language plpgsql as $$
        begin raise exception 'refused' using errcode = '${code}'; end $$;
      create trigger refuse before insert or update on webhook_item for each row
        when (new.raw #>> '{message,text,body}' = 'refused') execute function refuse()`);

  it.each(['22P05', '54000'])('(%s) is kept, shown, and costs nobody else’s message', async (code) => {
    await refuse(code);
    expect(await post(body)).toBe(200);
    expect(await texts()).toEqual(['before', 'after']);
    expect(await listed()).toEqual([
      expect.objectContaining({ kind: 'message', field: 'messages', error: 'not_storable', raw: null }),
    ]);
    expect(await bytesKept(body)).toBe(1);
    // The same body again is there already.
    expect(await post(body)).toBe(200);
    expect(await listed()).toHaveLength(1);
  });

  it('is understood when it is run again after Postgres holds it', async () => {
    await refuse('22P05');
    await post(body);
    const [item] = await listed();
    const retry = async () =>
      webhookItemRetry.parse((await api.post(`/v1/webhook-items/${item?.id ?? 0}/retry`)).body);
    expect((await retry()).item).toMatchObject({ error: 'not_storable' });
    await api.world.pool.query('drop trigger refuse on webhook_item');
    expect((await retry()).item).toMatchObject({ error: null });
    expect((await texts()).toSorted()).toEqual(['after', 'before', 'refused']);
  });
});
