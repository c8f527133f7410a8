import { conversationDetail, webhookItemList, webhookItemRetry } from '../../api/contract';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { createTestApi } from '../api/app';
import type { TestApi } from '../api/app';
import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { activateShippedPolicy } from './policy';

const BUYER = '447700900190';

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.end());

const take = async (body: unknown) =>
  assignItems(api.world.pool, await captureBody(api.world.pool, Buffer.from(JSON.stringify(body))));
const items = async () => webhookItemList.parse((await api.get('/v1/webhook-items')).body).items;
const said = async () => {
  const id = String(await api.world.value('select id from conversation'));
  return conversationDetail.parse((await api.get(`/v1/conversations/${id}`)).body).messages;
};

describe('a message whose id is malformed', () => {
  it.each<[unknown]>([[12_345], [''], [null], [undefined], [{}], ['x'.repeat(600)]])(
    'is a message of its buyer all the same, once however often it comes: %j',
    async (id) => {
      const one = message({ id, from: BUYER, timestamp: at(1) });
      await take(messages(one));
      await take({ ...messages(one), again: true });
      expect(await said()).toEqual([expect.objectContaining({ text: 'Hello', direction: 'inbound' })]);
      await take(messages({ ...one, timestamp: at(2) }));
      expect(await said()).toHaveLength(typeof id === 'number' ? 1 : 2);
    },
  );

  it('and that is of nobody stays what it was, kept and shown', async () => {
    await take(messages({ id: null, type: 'text', text: { body: 'Hello' } }));
    expect(await items()).toMatchObject([{ kind: 'unknown', field: 'messages' }]);
  });
});

it('a message whose only sender is malformed is kept and shown, and is run again from its body', async () => {
  await take(messages(message({ from_user_id: 'foo_bar' })));
  const [item] = await items();
  expect(item).toMatchObject({
    kind: 'message',
    error: 'no_sender',
    raw: { message: { from_user_id: 'foo_bar' } },
  });
  const retry = async () =>
    webhookItemRetry.parse((await api.post(`/v1/webhook-items/${item?.id}/retry`)).body);
  expect(await retry()).toMatchObject({ item: { error: 'no_sender' } });

  // As if it had been read without its sender by an older version.
  await take(messages(message({ id: 'wamid.older', from: BUYER })));
  await api.world.pool.query(
    `delete from message; update webhook_item set error = 'no_sender', raw = raw #- '{message,from}' where dedupe_key = 'message:wamid.older'`,
  );
  const older = (await items()).find(({ raw }) => JSON.stringify(raw).includes('wamid.older'));
  const done = webhookItemRetry.parse((await api.post(`/v1/webhook-items/${older?.id}/retry`)).body);
  expect(done.result).toBe('assigned');
  expect(await said()).toHaveLength(1);
});

it('a username that a status shows is a fact about whoever got the message', async () => {
  await activateShippedPolicy(api.world.pool);
  await take(messages(message({ from: BUYER, timestamp: at(1) })));
  await take(
    bodyOf(
      change(
        { message_echoes: [message({ id: 'wamid.echo', from: '12025550100', to: BUYER, timestamp: at(2) })] },
        'smb_message_echoes',
      ),
    ),
  );
  const status = (username: string, seconds: number): Json =>
    bodyOf(
      change({
        contacts: [
          { wa_id: '447700900199', profile: { username: 'other' } },
          { wa_id: BUYER, user_id: 'GB.190', profile: { username } },
        ],
        statuses: [
          {
            id: 'wamid.echo',
            status: seconds === 3 ? 'delivered' : 'read',
            timestamp: at(seconds),
            recipient_id: BUYER,
            recipient_user_id: 'GB.190',
          },
        ],
      }),
    );
  await take(status('@nora_new', 4));
  await take(status('nora', 3));
  const buyerId = String(await api.world.value('select buyer_id from conversation'));
  expect((await api.get(`/v1/buyers/${buyerId}`)).body).toMatchObject({ username: 'nora_new' });
});
