import { auditList, createTokenAnswer } from '../../api/contract';
import { ROUTES } from '../../api/routes';
import request from 'supertest';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { problemOf } from './expectations';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const REASON = 'to see it refused';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.end());

const newest = async (query = '') =>
  auditList.parse((await api.get(`/v1/audit?limit=1${query}`)).body).items[0];

test.each([
  {
    list: '/v1/tokens',
    rest: `${NOBODY}/revoke`,
    json: {},
    refusal: '404 token_not_found',
    kind: 'revoke_token',
    target: 'token',
  },
  {
    list: '/v1/numbers',
    rest: '999/mode',
    json: { mode: 'draft' },
    refusal: '404 number_not_found',
    kind: 'set_number_mode',
    target: 'number',
  },
  {
    list: '/v1/numbers',
    rest: '100000000000001/resume',
    json: {},
    refusal: '409 number_not_held',
    kind: 'resume_number',
    target: 'number',
  },
  {
    list: '/v1/kill-switches',
    rest: '77/release',
    json: {},
    refusal: '404 kill_switch_not_found',
    kind: 'release_kill_switch',
    target: 'kill_switch',
  },
  {
    list: '/v1/never-automate',
    rest: '77/remove',
    json: {},
    refusal: '404 never_automate_entry_not_found',
    kind: 'remove_never_automate',
    target: 'never_automate',
  },
  {
    list: '/v1/webhook-items',
    rest: '77/retry',
    json: {},
    refusal: '404 webhook_item_not_found',
    kind: 'retry_webhook_item',
    target: 'webhook_item',
  },
  {
    list: '/v1/buyer-joins',
    rest: '77/undo',
    json: {},
    refusal: '404 join_not_found',
    kind: 'undo_join',
    target: 'buyer_join',
  },
  {
    list: '/v1/webhook-subscriptions',
    rest: `${NOBODY}/test`,
    json: {},
    refusal: '404 webhook_subscription_not_found',
    kind: 'test_webhook_subscription',
    target: 'webhook_subscription',
  },
  {
    list: '/v1/conversations',
    rest: `${NOBODY}/take-over`,
    json: {},
    refusal: '404 conversation_not_found',
    kind: 'take_over',
    target: 'conversation',
  },
  {
    list: '/v1/sends',
    rest: `${NOBODY}/cancel`,
    json: {},
    refusal: '404 send_not_found',
    kind: 'cancel_send',
    target: 'send',
  },
])('a refused order on $list/$rest stands in the audit log', async (refused) => {
  const { list, rest, json, refusal, kind, target } = refused;
  const answer = problemOf(await api.post(`${list}/${rest}`, undefined, { ...json, reason: REASON }));
  expect(answer.answer).toBe(refusal);
  expect(await newest()).toMatchObject({
    id: answer['command_id'],
    kind,
    actor: 'anna',
    is_verified: true,
    reason: REASON,
    outcome: 'refused',
    refusal: refusal.slice(4),
    arguments: json,
    conversation_id: null,
    target: { kind: target, id: rest.split('/')[0] },
  });
  expect(await newest(`&outcome=refused&kind=${kind}`)).toMatchObject({ id: answer['command_id'] });
});

test('one that would have made something is about nothing yet', async () => {
  const answer = await api.post('/v1/kill-switches', undefined, {
    scope: 'number',
    number_id: '999',
    reason: REASON,
  });
  expect(problemOf(answer).answer).toBe('404 number_not_found');
  expect(await newest()).toMatchObject({
    kind: 'throw_kill_switch',
    refusal: 'number_not_found',
    arguments: { scope: 'number', number_id: '999' },
    target: null,
  });
});

test('a key that another order has is a refusal of its own, found with the conversation', async () => {
  const scene = await api.world.conversation();
  await api.command(scene.id, 'take-over', { key: 'mine' });
  const refused = problemOf(await api.command(scene.id, 'pause', { key: 'mine', json: { forever: true } }));
  expect(refused.answer).toBe('422 idempotency_key_reused');
  const { items } = auditList.parse((await api.get(`/v1/audit?conversation_id=${scene.id}`)).body);
  expect(items.map(({ kind, outcome, refusal }) => [kind, outcome, refusal])).toEqual([
    ['pause', 'refused', 'idempotency_key_reused'],
    ['take_over', 'done', null],
  ]);
});

test('a refusal that has its row already gets no second one', async () => {
  const scene = await api.world.conversation();
  const refused = problemOf(await api.command(scene.id, 'hand-back', { key: 'back' }));
  await api.command(scene.id, 'hand-back', { key: 'back' });
  const { items } = auditList.parse((await api.get(`/v1/audit?conversation_id=${scene.id}`)).body);
  expect(items.map(({ id }) => id)).toEqual([refused['command_id']]);
});

test('an id that cannot be one is not kept, nor what cannot be read as an order', async () => {
  expect(problemOf(await api.post('/v1/tokens/%00%ED%A0%80/revoke')).status).toBeLessThan(500);
  const refused = problemOf(await api.post(`/v1/tokens/${'x'.repeat(900)}/revoke`));
  expect(refused.answer).toBe('404 token_not_found');
  expect(await newest()).toMatchObject({ id: refused['command_id'], target: null });
  const before = await newest();
  expect(problemOf(await api.post('/v1/tokens', undefined, { nonsense: 1 })).answer).toBe(
    '422 invalid_request',
  );
  expect((await newest())?.id).toBe(before?.id);
});

describe('what a token may not order', () => {
  let token = '';
  beforeAll(async () => {
    const made = await api.post('/v1/tokens', undefined, { name: 'screen', scope: 'read', agent: 'dana' });
    token = createTokenAnswer.parse(made.body).token ?? '';
  });

  const commands = ROUTES.filter(({ orders, scope }) => orders !== null && scope !== null);
  test.each(commands.map((route) => [route.id, route] as const))('%s is kept', async (_id, route) => {
    const path = route.path.replace(/\{\w+\}/, NOBODY);
    const call = request(api.app)[route.method](path);
    const answer = await call.set('Authorization', `Bearer ${token}`).send({ reason: REASON });
    const refused = problemOf(answer);
    expect(refused.answer).toBe('403 insufficient_scope');
    expect(await newest('&actor=dana')).toMatchObject({
      id: refused['command_id'],
      kind: route.orders,
      outcome: 'refused',
      refusal: 'insufficient_scope',
    });
  });
});
