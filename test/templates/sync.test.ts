import type { Pool } from 'pg';
import request from 'supertest';
import { createWhatsAppClient } from '../../activities/whatsapp/whatsapp.client';
import { templateList } from '../../api/contract';
import { startSimulator } from '../../simulator/server';
import { syncTemplates } from '../../worker/keep-templates';
import { createTestApi } from '../api/app';
import type { TestApi } from '../api/app';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { http } from '../support/http';
import { TEST_SETTINGS } from '../support/settings';
import { PATIENCE_MS } from '../support/wait-for';

const WABA = TEST_SETTINGS.whatsappBusinessAccountId;
const BODY = [{ type: 'BODY', text: 'Hello {{1}}' }];

let api: TestApi;
let pool: Pool;
let simulator: Awaited<ReturnType<typeof startSimulator>>;
beforeAll(async () => {
  api = await createTestApi();
  pool = api.world.pool;
  simulator = await startSimulator({ businessAccountId: WABA });
});
afterAll(async () => {
  await simulator.stop();
  await api.end();
});
afterEach(() => pool.query('delete from template; delete from whatsapp_account'));

const control = (path: string, json: object) => http(`${simulator.url}/control${path}`, { json });
const add = (name: string, more: object = {}) =>
  control('/whatsapp/templates', {
    name,
    language: 'en_US',
    status: 'APPROVED',
    category: 'UTILITY',
    components: BODY,
    ...more,
  });
const sync = (url = simulator.url, everyMs = 60_000, wabaId: string = WABA) =>
  syncTemplates({
    database: pool,
    whatsapp: createWhatsAppClient({
      baseUrl: `${url}/whatsapp`,
      apiVersion: TEST_SETTINGS.whatsappApiVersion,
      accessToken: TEST_SETTINGS.whatsappAccessToken,
      timeoutMs: PATIENCE_MS,
      connectTimeoutMs: PATIENCE_MS,
    }),
    logger: { info: () => undefined },
    wabaId,
    everyMs,
  });
const listed = async (name: string) => {
  const answer = await api.get(`/v1/templates?name=${name}`);
  return templateList.parse(answer.body).items.map((one) => `${one.language} ${one.status} ${one.category}`);
};
/** A report of Meta about a template, so long after now. */
const report = async (field: string, value: object, afterSeconds = 1) => {
  const time = Math.floor(Date.now() / 1_000) + afterSeconds;
  const body = {
    object: 'whatsapp_business_account',
    entry: [{ id: WABA, time, changes: [{ field, value }] }],
  };
  await assignItems(pool, await captureBody(pool, Buffer.from(JSON.stringify(body))));
};

describe('the templates of the account', () => {
  test('are read over all pages, with what each needs, and shown', async () => {
    for (let count = 0; count < 120; count += 1) await add(`many_${count}`);
    await add('named_one', {
      parameter_format: 'NAMED',
      components: [{ type: 'BODY', text: 'Hi {{first_name}}' }],
    });
    await sync();
    const all = templateList.parse((await api.get('/v1/templates')).body);
    expect(all.items.length).toBeGreaterThanOrEqual(121);
    expect(all).toMatchObject({ sync_error: null, messaging_tier: 'TIER_100K' });
    expect(all.synced_at).not.toBeNull();
    expect(all.items.find(({ name }) => name === 'named_one')).toMatchObject({
      parameter_format: 'NAMED',
      parameters: [{ component: 'body', name: 'first_name', types: ['text', 'currency', 'date_time'] }],
    });
  });

  test('are not taken for deleted where a page names a next one and not how to get it', async () => {
    await add('first');
    await add('second');
    await sync();
    const page = {
      data: [{ name: 'first', language: 'en_US', status: 'APPROVED', category: 'UTILITY', components: BODY }],
      paging: { next: 'https://graph.facebook.com/next' },
    };
    const match = { path: 'message_templates' };
    await control('/faults', {
      service: 'whatsapp',
      kind: 'error',
      status: 200,
      match,
      body: page,
      times: 1,
    });
    await expect(sync(simulator.url, 0)).rejects.toMatchObject({ code: 'unreadable' });
    expect(await listed('second')).toEqual(['en_US APPROVED UTILITY']);
  });

  test('follow a report at once, and are read again because of it', async () => {
    await add('reported');
    await sync();
    await report('message_template_status_update', {
      event: 'PAUSED',
      message_template_name: 'reported',
      message_template_language: 'en_US',
    });
    expect(await listed('reported')).toEqual(['en_US PAUSED UTILITY']);
    // An older report, which comes later, changes nothing.
    await report(
      'message_template_status_update',
      { event: 'APPROVED', message_template_name: 'reported', message_template_language: 'en_US' },
      -60,
    );
    expect(await listed('reported')).toEqual(['en_US PAUSED UTILITY']);
    await report('template_category_update', {
      new_category: 'MARKETING',
      message_template_name: 'reported',
      message_template_language: 'en_US',
    });
    expect(await listed('reported')).toEqual(['en_US PAUSED MARKETING']);
    // Meta's list is the truth once it is read after the report.
    await pool.query(
      `update template set status_at = now() - interval '1 minute', category_at = now() - interval '1 minute'`,
    );
    await sync();
    expect(await listed('reported')).toEqual(['en_US APPROVED UTILITY']);
  });

  test('are not read again without a reason, nor by two at once', async () => {
    await sync();
    await add('too_new');
    await sync();
    expect(await listed('too_new')).toEqual([]);
    await pool.query('update whatsapp_account set sync_wanted = sync_wanted + 1');
    await Promise.all([sync(), sync(), sync()]);
    expect(await listed('too_new')).toHaveLength(1);
    expect(await api.world.value('select sync_done = sync_wanted from whatsapp_account')).toBe(true);
  });

  test('are DELETED when Meta does not list them any more', async () => {
    await add('gone');
    await sync();
    await request(simulator.url)
      .delete(`/whatsapp/v25.0/${WABA}/message_templates?name=gone`)
      .set('Authorization', `Bearer ${TEST_SETTINGS.whatsappAccessToken}`)
      .expect(200);
    await sync(simulator.url, 1);
    expect(await listed('gone')).toEqual(['en_US DELETED UTILITY']);
  });

  test('are those of every account that our numbers belong to, though another one cannot be read', async () => {
    await add('of_our_number');
    await pool.query(
      `insert into number (phone_number_id, mode, waba_id) values ('100000000000779', 'live', $1)`,
      [WABA],
    );
    await expect(sync(simulator.url, 60_000, '100000000000001')).rejects.toThrow();
    expect(await listed('of_our_number')).toEqual(['en_US APPROVED UTILITY']);
    const all = templateList.parse((await api.get('/v1/templates?number_id=100000000000779')).body);
    expect(all).toMatchObject({ sync_error: null });
    await pool.query(`delete from number where phone_number_id = '100000000000779'`);
  });

  test('stay as they are while Meta cannot be read, and the reason is shown', async () => {
    await add('kept');
    await sync();
    await expect(sync('http://127.0.0.1:9', 1)).rejects.toThrow();
    const all = templateList.parse((await api.get('/v1/templates?name=kept')).body);
    expect(all.items).toHaveLength(1);
    expect(all.sync_error).not.toBeNull();
  });
});
