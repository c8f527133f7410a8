import request from 'supertest';
import type { Response } from 'supertest';
import { z } from 'zod';
import { auditList } from '../../api/contract';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import type { Route } from '../../api/route';
import { ROUTES } from '../../api/routes';
import { NUMBER_ID, addFollowUp, addSend } from '../commands/world';
import { bodyOf, message, messages } from '../ingest/bodies';
import { activateShippedPolicy } from '../ingest/policy';
import { addTemplate } from '../templates/world';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { bodyOf as answerOf, problemOf } from './expectations';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  await activateShippedPolicy(api.world.pool);
  await addTemplate(api.world.pool, { name: 'order_ready' });
});
afterAll(() => api.end());

type Asked = { readonly path: string; readonly key: string; readonly json: object };

const order = (method: Route['method'], { path, key, json }: Asked): Promise<Response> => {
  const call = request(api.app)[method](path);
  return Promise.resolve(
    call.set('Authorization', 'Bearer test-token-anna').set('Idempotency-Key', key).send(json),
  );
};

const post = (path: string, key: string, json: object): Promise<Response> =>
  order('post', { path, key, json });

const withId = z.looseObject({ id: z.unknown() });
const done = z.looseObject({ command_id: z.string() });

const reason = 'a test';
type Order = { readonly id: string; readonly json?: object };

const take = async (body: object): Promise<readonly number[]> =>
  captureBody(api.world.pool, Buffer.from(JSON.stringify(body)));
const number = (): Promise<Order> => Promise.resolve({ id: NUMBER_ID });
const scene = async (): Promise<Order> => ({ id: (await api.world.conversation()).id });
const send = async (status: string): Promise<Order> => ({
  id: await addSend(api.world, await api.world.conversation(), { status }),
});
const sceneAfter = async (command: string, json: object): Promise<Order> => {
  const order = await scene();
  await post(`/v1/conversations/${order.id}/${command}`, `before ${order.id}`, json);
  return order;
};
const rowAfter = async (path: string, json: object): Promise<Order> => {
  const made = await post(path, `before ${path}`, json);
  return { id: String(withId.parse(answerOf(made)).id) };
};
const joined = async (): Promise<Order> => {
  const [phone, user] = [{ from: '447700900701' }, { from_user_id: 'GB.701' }];
  for (const sender of [phone, user, { ...phone, ...user }])
    await assignItems(api.world.pool, await take(messages(message(sender))));
  return { id: String(await api.world.value('select max(id) from buyer_join')) };
};
const twoBuyers = async (): Promise<Order> => {
  const ids = [];
  for (const from of ['447700900702', '447700900703']) {
    await assignItems(api.world.pool, await take(messages(message({ from }))));
    ids.push(
      await api.world.value(`select buyer_id from buyer_identity where kind = 'wa_id' and value = $1`, [
        from,
      ]),
    );
  }
  return { id: '', json: { buyer_ids: ids } };
};
const held = async (): Promise<Order> => {
  await api.world.pool.query(
    `insert into channel (scope, stopped_at, stopped_reason) values ($1, now(), 'whatsapp.account')`,
    [NUMBER_ID],
  );
  return { id: NUMBER_ID };
};
const planned = async (): Promise<Order> => {
  const one = await api.world.conversation();
  await addFollowUp(api.world, one);
  return { id: one.id };
};
let subscriptions = 0;
const subscribed = async (): Promise<Order> => {
  subscriptions += 1;
  const url = `https://crm.example.com/${subscriptions}`;
  const made = await post('/v1/webhook-subscriptions', `subscription ${subscriptions}`, { url });
  return { id: String(withId.parse(answerOf(made)).id) };
};
const none = (json: object) => (): Promise<Order> => Promise.resolve({ id: '', json });

/** A state in which each command can be carried out, and what it is given. */
const ORDERS: Readonly<Record<string, () => Promise<Order>>> = {
  'start-conversation': none({
    number_id: NUMBER_ID,
    phone: '+12025550199',
    template: { name: 'order_ready', language: { code: 'en_US' } },
    opt_in: { how: 'web form', when: '2026-01-05T10:00:00Z', evidence: 'order 4711' },
  }),
  'take-over-conversation': scene,
  'hand-back-conversation': () => sceneAfter('take-over', {}),
  'pause-conversation': async () => ({ ...(await scene()), json: { forever: true } }),
  'resume-conversation': () => sceneAfter('pause', { forever: true }),
  'route-conversation': async () => ({ ...(await scene()), json: { route: 'human' } }),
  'follow-up-rule-conversation': async () => ({ ...(await scene()), json: { cap: 1 } }),
  'messages-conversation': async () => ({ ...(await scene()), json: { text: { body: 'Hello' } } }),
  'skip-follow-up-conversation': planned,
  'opt-out-conversation': scene,
  'opt-in-conversation': () => sceneAfter('opt-out', { reason }),
  'close-conversation': scene,
  'cancel-send': () => send('planned'),
  'edit-send': async () => ({ ...(await send('draft')), json: { text: { body: 'Hello' } } }),
  'approve-send': () => send('draft'),
  'reject-send': () => send('draft'),
  'resolve-send': async () => ({ ...(await send('unconfirmed')), json: { verdict: 'it_left' } }),
  'join-buyers': twoBuyers,
  'undo-buyer-join': joined,
  'resume-number': held,
  'set-number-mode': async () => ({ ...(await number()), json: { mode: 'live' } }),
  'throw-kill-switch': none({ scope: 'rule', rule: 'follow_up' }),
  'release-kill-switch': () =>
    rowAfter('/v1/kill-switches', { scope: 'number', number_id: NUMBER_ID, reason }),
  'add-never-automate': none({ phone: '+12025550111' }),
  'remove-never-automate': () => rowAfter('/v1/never-automate', { phone: '+12025550112', reason }),
  'retry-webhook-item': async () => ({
    id: String((await take(bodyOf({ field: 'new_field', value: {} })))[0]),
  }),
  'create-token': none({ name: 'a-screen', scope: 'read' }),
  'revoke-token': () => rowAfter('/v1/tokens', { name: 'old', scope: 'read' }),
  'create-webhook-subscription': none({ url: 'https://crm.example.com/new' }),
  'change-webhook-subscription': async () => ({ ...(await subscribed()), json: { enabled: false } }),
  'delete-webhook-subscription': subscribed,
  'rotate-webhook-secret': subscribed,
  'replay-webhook-events': async () => ({ ...(await subscribed()), json: { which: 'dead' } }),
  'test-webhook-subscription': subscribed,
};

const COMMANDS = ROUTES.filter(({ orders }) => orders !== null);

/** What the first answer alone holds. */
const SHOWN_ONCE: Readonly<Record<string, object>> = {
  'create-token': { token: null },
  'create-webhook-subscription': { secret: null },
  'rotate-webhook-secret': { secret: null },
};

test.each(COMMANDS.map((route) => [route.id, route] as const))(
  '%s with one key has one effect and one answer, stands in the audit log, and the key takes no other order',
  async (id, route) => {
    const given = await ORDERS[id]?.();
    if (given === undefined) throw new Error(`say in ORDERS how ${id} is carried out`);
    const path = route.path.replace('{id}', given.id);
    const json = { ...given.json, reason };
    const key = `key of ${id}`;

    const first = await order(route.method, { path, key, json });
    expect(answerOf(first)).toMatchObject({ outcome: 'done', repeated: false });
    const again = await order(route.method, { path, key, json });
    const shownOnce = SHOWN_ONCE[id] ?? {};
    expect(again.status).toBe(first.status);
    expect(answerOf(again)).toEqual({ ...done.parse(answerOf(first)), ...shownOnce, repeated: true });

    const other = problemOf(await order(route.method, { path, key, json: { ...json, reason: 'another' } }));
    expect(other.answer).toBe('422 idempotency_key_reused');
    const { items } = auditList.parse((await api.get('/v1/audit?limit=200')).body);
    const { command_id: commandId } = done.parse(answerOf(first));
    expect(items.filter((entry) => entry.id === commandId)).toMatchObject([{ actor: 'anna', reason }]);
  },
);
