import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { createWebhookClient } from '../../activities/webhooks/webhook.client';
import { waitFor } from '../support/wait-for';
import { openHouse, DISABLE_AFTER_MS, RETRY } from './house';
import type { House } from './house';
import { isSignedWith, openReceiver } from './receiver';

const HOUR_MS = 3_600_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.clear());
afterAll(() => house.end());

/** Conversations with events to tell, written by what people order. */
async function conversations(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1)
    ids.push(await house.talk.says(`1202555${1000 + index}`, 'What does it cost?'));
  return ids;
}

async function order(conversationId: string, name: 'pause' | 'resume'): Promise<void> {
  const json = name === 'pause' ? { forever: true } : {};
  expect((await house.api('post', `conversations/${conversationId}/${name}`, { json })).status).toBe(200);
}

const WHEEL = ['conversation.paused', 'conversation.resumed'];

function deliveries(id: string, status: string) {
  return house
    .api('get', `webhook-subscriptions/${id}/deliveries?status=${status}`)
    .then(
      ({ body }) => (body as { items: { event_id: string; attempts: number; error_code: string }[] }).items,
    );
}

test('a receiver that fails is tried again after growing waits, with the same id', async () => {
  const { id } = await house.subscribe({ events: WHEEL });
  const [conversation = ''] = await conversations(1);
  house.receiver.behave(() => 500);
  house.deliver();
  await order(conversation, 'pause');
  await house.settled();
  expect(house.receiver.all).toHaveLength(1);
  for (const wait of [RETRY.firstMs, RETRY.firstMs * 2, RETRY.firstMs * 4]) {
    await house.pass(wait - RETRY.firstMs / 2);
    await house.settled();
    const before = house.receiver.all.length;
    await house.pass(RETRY.firstMs / 2);
    await house.settled();
    expect(house.receiver.all).toHaveLength(before + 1);
  }
  expect(new Set(house.receiver.all.map((one) => one.id)).size).toBe(1);
  house.receiver.behave(() => 204);
  await house.pass(RETRY.maxMs);
  await house.settled();
  expect(house.receiver.taken).toHaveLength(1);
  expect(await deliveries(id, 'pending')).toEqual([]);
});

test('what is given up is a dead letter, the next event goes, and a replay tells it under its id', async () => {
  const { id } = await house.subscribe({ events: WHEEL });
  const [conversation = ''] = await conversations(1);
  house.receiver.behave(({ type }) => (type === 'conversation.paused' ? 503 : 204));
  house.deliver();
  await order(conversation, 'pause');
  await order(conversation, 'resume');
  await house.settled();
  expect(house.receiver.taken).toEqual([]);
  await house.pass(RETRY.giveUpAfterMs);
  await house.settled();
  expect(house.receiver.taken.map(({ type }) => type)).toEqual(['conversation.resumed']);
  const [dead] = await deliveries(id, 'dead');
  expect(dead).toMatchObject({ event_id: house.receiver.all[0]?.id, attempts: 2, error_code: 'refused' });
  house.receiver.behave(() => 204);
  const replay = await house.api('post', `webhook-subscriptions/${id}/replay`, { json: { which: 'dead' } });
  expect(replay.body).toMatchObject({ replayed: 1, kind: 'replay_webhook_events' });
  await house.settled();
  expect(house.receiver.taken.at(-1)?.id).toBe(dead?.event_id);
  expect(await deliveries(id, 'dead')).toEqual([]);
});

test('a time can be replayed as a whole, in order', async () => {
  const { id } = await house.subscribe({ events: WHEEL });
  const [conversation = ''] = await conversations(1);
  house.deliver();
  for (const name of ['pause', 'resume', 'pause'] as const) await order(conversation, name);
  await house.settled();
  const before = house.receiver.taken.map((one) => one.id);
  const since = new Date(Date.now() - HOUR_MS).toISOString();
  const answer = await house.api('post', `webhook-subscriptions/${id}/replay`, {
    json: { which: 'all', since },
  });
  expect(answer.body).toMatchObject({ replayed: 3 });
  await house.settled();
  expect(house.receiver.taken.map((one) => one.id)).toEqual([...before, ...before]);
});

test('events of one conversation come in order whatever fails, and hold back no other conversation', async () => {
  await house.subscribe({ events: WHEEL });
  const ids = await conversations(3);
  const stops = [house.deliver(), house.deliver({ perSubscription: 2 })];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(2), { minLength: 4, maxLength: 12 }),
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      async (steps, luck) => {
        house.receiver.taken.splice(0);
        let calls = 0;
        house.receiver.behave(() => (luck[calls++ % luck.length] === true ? 204 : 500));
        const paused = new Map<string, boolean>();
        for (const step of steps) {
          const id = ids[step] ?? '';
          await order(id, paused.get(id) === true ? 'resume' : 'pause');
          paused.set(id, paused.get(id) !== true);
        }
        await house.settled();
        house.receiver.behave(() => 204);
        await house.pass(RETRY.maxMs);
        await house.settled();
        for (const id of ids) {
          const told = house.receiver.taken.filter(({ data }) => data.conversation_id === id);
          const sequences = told.map(({ sequence }) => sequence);
          expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
          const wanted = steps.filter((step) => ids[step] === id);
          expect(new Set(told.map((one) => one.id)).size).toBe(wanted.length);
          if (paused.get(id) === true) await order(id, 'resume');
        }
        await house.settled();
      },
    ),
    { numRuns: 8 },
  );
  for (const stop of stops) await stop();
});

test('a failing conversation holds back its own later events only', async () => {
  await house.subscribe({ events: WHEEL });
  const [broken = '', well = ''] = await conversations(2);
  house.receiver.behave(({ data }) => (data.conversation_id === broken ? 500 : 204));
  house.deliver();
  await order(broken, 'pause');
  await order(broken, 'resume');
  await order(well, 'pause');
  await order(well, 'resume');
  await house.settled();
  expect(house.receiver.taken.map(({ data }) => data.conversation_id)).toEqual([well, well]);
  expect(house.receiver.all.filter(({ data }) => data.conversation_id === broken)).toHaveLength(1);
});

test('a receiver that hangs holds up nobody else', async () => {
  const slow = await openReceiver();
  slow.behave(() => null);
  await house.subscribe({ url: slow.url, events: WHEEL });
  await house.subscribe({ events: WHEEL });
  const ids = await conversations(3);
  house.deliver({ perSubscription: 2 });
  for (const id of ids) await order(id, 'pause');
  await waitFor(() => house.receiver.taken.length === 3, { what: 'the receiver that is well' });
  await waitFor(() => slow.all.length === 2, { what: 'what the slow one may have at once' });
  expect(slow.taken).toEqual([]);
  await slow.close();
});

test('a receiver that hangs is given up after the time limit', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const client = createWebhookClient({ timeoutMs: 200, allowsPrivate: true });
  expect(await client.post({ url: `http://127.0.0.1:${port}/`, headers: {}, body: '{}' })).toEqual({
    kind: 'failed',
    errorCode: 'timeout',
  });
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

test('a redirect is a refusal: nothing is sent elsewhere', async () => {
  const elsewhere = await openReceiver();
  await house.subscribe({ events: WHEEL });
  const [conversation = ''] = await conversations(1);
  house.receiver.behave((_received, response) => {
    response.writeHead(307, { location: elsewhere.url }).end();
    return null;
  });
  house.deliver();
  await order(conversation, 'pause');
  await house.settled();
  expect(house.receiver.all).toHaveLength(1);
  expect(elsewhere.all).toEqual([]);
  await elsewhere.close();
});

test('an answer without end is not read', async () => {
  await house.subscribe({ events: WHEEL });
  const [conversation = ''] = await conversations(1);
  house.receiver.behave((received, response) => {
    response.writeHead(200);
    const flood = setInterval(() => response.write('x'.repeat(65_536)), 1);
    response.on('close', () => {
      clearInterval(flood);
    });
    house.receiver.taken.push(received);
    return null;
  });
  house.deliver();
  await order(conversation, 'pause');
  await house.settled();
  expect(await house.talk.rows(`select 1 from event_delivery where status = 'delivered'`)).toHaveLength(1);
});

test('a receiver that takes nothing for days is disabled with an alarm, and goes on where it was', async () => {
  const { id } = await house.subscribe({ events: WHEEL });
  const [conversation = ''] = await conversations(1);
  house.receiver.behave(() => 500);
  house.deliver();
  await order(conversation, 'pause');
  await house.settled();
  await house.pass(DISABLE_AFTER_MS);
  await house.settled();
  expect((await house.api('get', `webhook-subscriptions/${id}`)).body).toMatchObject({
    enabled: false,
    disabled_reason: 'failing',
  });
  expect(house.log.filter((line) => line['msg'] === 'alarm')).toEqual([
    expect.objectContaining({ event: 'webhook.disabled', subscriptionId: id, code: 'failing', level: 50 }),
  ]);
  const tries = house.receiver.all.length;
  await order(conversation, 'resume');
  await house.pass(RETRY.maxMs);
  await house.settled();
  expect(house.receiver.all).toHaveLength(tries);
  house.receiver.behave(() => 204);
  await house.api('patch', `webhook-subscriptions/${id}`, { json: { enabled: true } });
  await house.settled();
  expect(house.receiver.taken.map(({ type }) => type)).toEqual(['conversation.resumed']);
});

test('a receiver that says it is gone is disabled at once', async () => {
  const { id } = await house.subscribe({ events: WHEEL });
  const [conversation = ''] = await conversations(1);
  house.receiver.behave(() => 410);
  house.deliver();
  await order(conversation, 'pause');
  await house.settled();
  expect((await house.api('get', `webhook-subscriptions/${id}`)).body).toMatchObject({
    disabled_reason: 'gone',
  });
});

test('after a rotation both secrets hold for a while, then the new one', async () => {
  const { id, secret: first } = await house.subscribe({ events: WHEEL });
  const rotated = await house.api('post', `webhook-subscriptions/${id}/rotate-secret`);
  const second = (rotated.body as { secret: string }).secret;
  expect(second).not.toBe(first);
  house.deliver();
  const send = async (): Promise<boolean[]> => {
    await house.api('post', `webhook-subscriptions/${id}/test`);
    await house.settled();
    const last = house.receiver.taken.at(-1);
    if (last === undefined) throw new Error('nothing came');
    return [await isSignedWith(last, first), await isSignedWith(last, second)];
  };
  expect(await send()).toEqual([true, true]);
  await house.pass(HOUR_MS);
  expect(await send()).toEqual([false, true]);
});

test('a test event tells whether a subscription works', async () => {
  const { id, secret } = await house.subscribe({ events: WHEEL });
  house.deliver();
  const answer = await house.api('post', `webhook-subscriptions/${id}/test`);
  await house.settled();
  const [received] = house.receiver.taken;
  if (received === undefined) throw new Error('nothing came');
  expect(received).toMatchObject({
    id: (answer.body as { event_id: string }).event_id,
    type: 'webhook.test',
    data: { subscription_id: id },
  });
  expect(await isSignedWith(received, secret)).toBe(true);
});

test('a secret is shown once, and orders stand in the audit log', async () => {
  const key = randomUUID();
  const terms = { url: house.receiver.url };
  const first = await house.api('post', 'webhook-subscriptions', { json: terms, key });
  const again = await house.api('post', 'webhook-subscriptions', { json: terms, key });
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toMatchObject({ id: (first.body as { id: string }).id, secret: null, repeated: true });
  const { id } = first.body as { id: string };
  const list = await house.api('get', 'webhook-subscriptions');
  expect(JSON.stringify(list.body)).not.toContain('whsec_');
  expect((await house.api('delete', `webhook-subscriptions/${id}`)).status).toBe(200);
  expect((await house.api('delete', `webhook-subscriptions/${id}`)).status).toBe(404);
  const log = await house.talk.rows<{ kind: string; outcome: string }>(
    'select kind, outcome from command order by created_at',
  );
  expect(log.map(({ kind, outcome }) => [kind, outcome])).toEqual([
    ['create_webhook_subscription', 'done'],
    ['delete_webhook_subscription', 'done'],
    ['delete_webhook_subscription', 'refused'],
  ]);
  expect(JSON.stringify(await house.talk.rows('select * from command'))).not.toContain('whsec_');
});

test('a subscription that is deleted is told nothing more', async () => {
  const { id } = await house.subscribe({ events: WHEEL });
  const [conversation = ''] = await conversations(1);
  await order(conversation, 'pause');
  await house.api('delete', `webhook-subscriptions/${id}`);
  await order(conversation, 'resume');
  await house.deliver()();
  expect(house.receiver.all).toEqual([]);
});
