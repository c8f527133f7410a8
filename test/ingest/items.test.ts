import { webhookItemList, webhookItemRetry, accountEventList, problemDetails } from '../../api/contract';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { createTestApi } from '../api/app';
import type { TestApi } from '../api/app';
import { bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';

const ATTEMPTS_MAX = 20;

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.end());

const take = async (body: unknown, times = 1) => {
  const ids = await captureBody(api.world.pool, Buffer.from(JSON.stringify(body)));
  for (let time = 0; time < times; time += 1) await assignItems(api.world.pool, ids);
  return ids;
};
const list = async (query = '') => webhookItemList.parse((await api.get(`/v1/webhook-items${query}`)).body);
const retry = async (id: number | string) => await api.post(`/v1/webhook-items/${id}/retry`);

/** Messages with this text cannot be written, as if our own code had a defect. */
async function poison(text: string): Promise<void> {
  await api.world.pool.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
    create trigger poison before insert on message for each row when (new.text = '${text}') execute function refuse()`);
}

it('one poison item in a batch of 50: 49 go through, the one is kept with its error and can be run again', async () => {
  await poison('poison');
  const batch = Array.from({ length: 50 }, (_, index) =>
    message({ from: `4477009001${index + 10}`, text: { body: index === 20 ? 'poison' : 'Hello' } }),
  );
  await take(messages(...batch), ATTEMPTS_MAX);
  expect(await api.world.value('select count(*) from message')).toBe(49);
  const { items, counts } = await list();
  expect(counts).toEqual([{ kind: 'message', field: 'messages', error: 'assign_failed:P0001', count: 1 }]);
  expect(items).toEqual([expect.objectContaining({ attempts: ATTEMPTS_MAX, error: 'assign_failed:P0001' })]);
  const id = items[0]?.id ?? 0;

  const still = webhookItemRetry.parse((await retry(id)).body);
  expect(still).toMatchObject({ result: 'failed', item: { attempts: 1, error: null } });

  await api.world.pool.query('drop trigger poison on message');
  const done = webhookItemRetry.parse((await retry(id)).body);
  expect(done).toMatchObject({ result: 'assigned', new_items: 0, item: { id, error: null } });
  expect(await api.world.value('select count(*) from message')).toBe(50);
  expect((await list()).items).toEqual([]);
  expect(api.handedOver).toHaveLength(1);
  // Once more changes nothing.
  expect(webhookItemRetry.parse((await retry(id)).body).result).toBe('assigned');
  expect(await api.world.value('select count(*) from message')).toBe(50);
});

it('bodies that come at once and share items in other orders do not hold each other up', async () => {
  const shared = Array.from({ length: 40 }, (_, index) =>
    message({ from: '447700900131', id: `wamid.s${index}` }),
  );
  for (let round = 0; round < 10; round += 1) {
    const bodies = [shared, [...shared].reverse(), shared.slice(20).concat(shared.slice(0, 20))].map(
      (items, order) => ({
        ...messages(...items.map((item) => ({ ...item, id: `${String(item['id'])}.${round}` }))),
        order,
      }),
    );
    const captured = await Promise.all(
      bodies.map((body) => captureBody(api.world.pool, Buffer.from(JSON.stringify(body)))),
    );
    expect(captured.flat()).toHaveLength(shared.length);
  }
});

it('what was not understood is listed with counts, by kind and by error', async () => {
  await take(
    bodyOf(
      change({ a: 1 }, 'security'),
      change({ a: 2 }, 'security'),
      change({ errors: [{ code: 131000 }] }),
    ),
  );
  await take(messages(message({ from: undefined })));
  const all = await list();
  expect(all.items).toHaveLength(4);
  expect(all.counts[0]).toEqual({ kind: 'unknown', field: 'security', error: null, count: 2 });
  expect((await list('?kind=unknown')).items).toHaveLength(3);
  expect((await list('?error=no_sender')).items).toHaveLength(1);
  expect((await list('?kind=unknown&error=whatsapp:131000')).items).toHaveLength(1);
  const first = await list('?limit=3');
  const second = await list(`?limit=3&cursor=${first.next_cursor ?? ''}`);
  expect([...first.items, ...second.items]).toEqual(all.items);
  expect(second.next_cursor).toBeNull();
});

it('an item that a newer reading understands becomes what it reports', async () => {
  const [id = 0] = await take(messages(message({ from: '447700900130' })));
  // As an older version would have stored it.
  await api.world.pool.query(
    `update webhook_item set kind = 'unknown', dedupe_key = 'unknown:older', pointer = '/entry/0/changes/0'`,
  );
  await api.world.pool.query('delete from message');
  const answer = webhookItemRetry.parse((await retry(id)).body);
  expect(answer).toMatchObject({ result: 'not_understood', new_items: 1 });
  expect(await api.world.value('select count(*) from message')).toBe(1);
  expect((await list()).items).toEqual([]);
});

it('an item that is not understood stays as it is', async () => {
  const [id = 0] = await take(bodyOf(change({ a: 1 }, 'security')));
  const answer = webhookItemRetry.parse((await retry(id)).body);
  expect(answer).toMatchObject({ result: 'not_understood', new_items: 0 });
  expect((await list()).items).toHaveLength(1);
});

it.each(['0', '-1', '1e3', 'abc', '99999999999999999999', '424242'])('there is no item %s', async (id) => {
  const response = await retry(id);
  expect(response.status).toBe(404);
  expect(problemDetails.parse(response.body).type).toBe('urn:continuo:problem:webhook_item_not_found');
});

it.each(['?kind=odd', '?limit=0', '?limit=201', '?cursor=x', '?page=2'])(
  'the query %s is refused',
  async (query) => {
    for (const path of ['webhook-items', 'account-events'])
      expect((await api.get(`/v1/${path}${query}`)).status).toBe(422);
  },
);

it('reports about the account are listed by field and severity, page by page', async () => {
  const report = (event: string, field = 'account_update'): Json => ({ field, value: { event } });
  await take(
    bodyOf(
      report('DISABLED_UPDATE'),
      report('PARTNER_ADDED'),
      report('FLAGGED', 'phone_number_quality_update'),
    ),
  );
  const events = async (query: string) =>
    accountEventList.parse((await api.get(`/v1/account-events${query}`)).body);
  expect((await events('?severity=critical')).items).toEqual([
    expect.objectContaining({ event: 'DISABLED_UPDATE' }),
  ]);
  expect((await events('?field=phone_number_quality_update')).items).toHaveLength(1);
  const first = await events('?limit=2');
  const second = await events(`?limit=2&cursor=${first.next_cursor ?? ''}`);
  expect([...first.items, ...second.items]).toHaveLength(3);
});

it('nothing of it is open to strangers', async () => {
  for (const path of ['account-events', 'webhook-items'])
    expect((await api.get(`/v1/${path}`, 'nobody')).status).toBe(401);
  expect((await api.post('/v1/webhook-items/1/retry', 'nobody')).status).toBe(401);
});
