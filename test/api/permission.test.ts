import {
  killSwitchAnswer,
  killSwitchList,
  numberBudget,
  numberList,
  numberModeAnswer,
} from '../../api/contract';
import type { NumberDetail } from '../../api/contract';
import { NUMBER_ID, addSend } from '../commands/world';
import { activateShippedPolicy } from '../ingest/policy';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { expectDone, problemOf } from './expectations';

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
  await activateShippedPolicy(api.world.pool);
});
afterEach(() => api.end());

const post = (path: string, json: object) => api.post(`/v1/${path}`, 'test-token-anna', json);
const theNumber = async (): Promise<NumberDetail | undefined> =>
  numberList.parse((await api.get('/v1/numbers')).body).items[0];
const MODE = `numbers/${NUMBER_ID}/mode`;
const reason = 'a test';

describe('the mode of a number', () => {
  it('is what a person chose, until the policy decides again', async () => {
    const chosen = await post(MODE, { mode: 'draft', reason });
    expect(numberModeAnswer.parse(chosen.body)).toMatchObject({
      id: NUMBER_ID,
      mode: 'draft',
      mode_chosen_by: 'anna',
      under_way: [],
      left_before: [],
    });
    expect(await theNumber()).toMatchObject({ mode: 'draft', mode_chosen_by: 'anna' });
    const back = await post(MODE, { use_policy: true, reason });
    expect(back.body).toMatchObject({ mode: 'observe', mode_chosen_by: null });
  });

  it('names what had begun before it became stricter', async () => {
    const scene = await api.world.conversation();
    const sendId = await addSend(api.world, scene, { status: 'claimed', leaseMs: 100 });
    const answer = await post(MODE, { mode: 'observe', reason });
    expect(answer.body).toMatchObject({ under_way: [{ send_id: sendId, status: 'claimed' }] });
  });

  it('is not changed by an order that is not clear', async () => {
    for (const body of [
      { reason },
      { mode: 'draft', use_policy: true, reason },
      { mode: 'on', reason },
      { mode: 'live' },
    ])
      expect(problemOf(await post(MODE, body)).answer).toBe('422 invalid_request');
    expect(problemOf(await post('numbers/1/mode', { mode: 'live', reason })).answer).toBe(
      '404 number_not_found',
    );
    expect(await theNumber()).toMatchObject({ mode: 'live' });
  });
});

describe('a kill switch', () => {
  it('is thrown once, listed, named with what was under way, and released', async () => {
    const scene = await api.world.conversation();
    const sendId = await addSend(api.world, scene, { status: 'claimed', leaseMs: 100 });
    const order = { scope: 'number', number_id: NUMBER_ID, reason };
    const thrown = await post('kill-switches', order);
    expect(thrown.status).toBe(201);
    const { id, under_way: underWay } = killSwitchAnswer.parse(thrown.body);
    expect(underWay).toEqual([{ send_id: sendId, status: 'claimed' }]);
    const again = await post('kill-switches', order);
    expect([again.status, killSwitchAnswer.parse(again.body).id]).toEqual([200, id]);
    expect(await theNumber()).toMatchObject({ is_switched_off: true, mode: 'live' });
    const list = async (query = '') =>
      killSwitchList.parse((await api.get(`/v1/kill-switches${query}`)).body).items;
    expect(await list()).toMatchObject([
      { id, scope: 'number', number_id: NUMBER_ID, rule: null, thrown_by: 'anna' },
    ]);
    expect((await post(`kill-switches/${id}/release`, { reason })).status).toBe(200);
    expect(await list()).toEqual([]);
    expect(await list('?released=true')).toMatchObject([{ id, released_by: 'anna', release_reason: reason }]);
    expect(await theNumber()).toMatchObject({ is_switched_off: false });
    expect(problemOf(await post(`kill-switches/${id}/release`, { reason })).answer).toBe(
      '404 kill_switch_not_found',
    );
  });

  it('is refused where it would stop nothing', async () => {
    const answers = [
      { scope: 'rule', rule: 'frist-greeting', reason },
      { scope: 'number', reason },
      { scope: 'everything', rule: 'first-greeting', reason },
      { scope: 'everything' },
    ].map((body) => post('kill-switches', body));
    for (const answer of await Promise.all(answers))
      expect(problemOf(answer).answer).toBe('422 invalid_request');
    expect(problemOf(await post('kill-switches', { scope: 'number', number_id: '1', reason })).answer).toBe(
      '404 number_not_found',
    );
    for (const rule of ['first-greeting', 'follow_up', 'fallback'])
      expect((await post('kill-switches', { scope: 'rule', rule, reason })).status).toBe(201);
  });
});

describe('the budget of a number', () => {
  const counted = (sent: number) =>
    api.world.pool.query(
      `insert into budget_month (phone_number_id, month, category, author_kind, sent)
       values ($1, to_char(now() at time zone 'UTC', 'YYYY-MM'), 'marketing', 'automation', $2)`,
      [NUMBER_ID, sent],
    );

  it('is shown for this month and any other, in short with the number', async () => {
    await counted(3);
    const shown = numberBudget.parse((await api.get(`/v1/numbers/${NUMBER_ID}/budget`)).body);
    expect(shown).toMatchObject({ messages: 3, cost: 0.3, currency: 'EUR', time_zone: 'UTC' });
    expect((await theNumber())?.budget).toMatchObject({
      messages: 3,
      cost: 0.3,
      level: 'calm',
      used_share: 0,
    });
    const earlier = await api.get(`/v1/numbers/${NUMBER_ID}/budget?month=2026-02`);
    expect(earlier.body).toMatchObject({ month: '2026-02', messages: 0, categories: [] });
    expect(problemOf(await api.get(`/v1/numbers/${NUMBER_ID}/budget?month=2026-13`)).answer).toBe(
      '422 invalid_request',
    );
    expect(problemOf(await api.get('/v1/numbers/1/budget')).answer).toBe('404 number_not_found');
  });

  it('warns a person who writes when it runs out, and lets the message go', async () => {
    await api.world.pool.query(
      `update policy_version set document = jsonb_set(document, '{budget,messages_per_month}', '10') where status = 'active'`,
    );
    const scene = await api.world.conversation({ owner: 'agent:anna' });
    const write = async (key: string) =>
      expectDone(await api.command(scene.id, 'messages', { key, json: { text: { body: 'We call you.' } } }));
    expect((await write('before')).warnings).toBeUndefined();
    await counted(10);
    expect(await write('after')).toMatchObject({ kind: 'send_message', warnings: ['budget.used_up'] });
  });
});
