import request from 'supertest';
import { numberList, resumeNumberAnswer } from '../../api/contract';
import type { NumberDetail } from '../../api/contract';
import { NUMBER_ID, addSend } from '../commands/world';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { problemOf } from './expectations';

let api: TestApi;
beforeEach(async () => {
  api = await createTestApi();
});
afterEach(() => api.end());

async function theNumber(): Promise<NumberDetail | undefined> {
  return numberList.parse((await api.get('/v1/numbers')).body).items[0];
}

const RESUME = `/v1/numbers/${NUMBER_ID}/resume`;

test('a number shows its mode, what waits, and that nothing holds it back', async () => {
  await addSend(api.world, await api.world.conversation(), { status: 'planned' });
  expect(await theNumber()).toMatchObject({
    id: NUMBER_ID,
    display_phone_number: null,
    mode: 'live',
    mode_chosen_by: 'test',
    budget: { messages: 0, cost: 0, level: 'calm' },
    is_switched_off: false,
    stopped: null,
    back_off: null,
    waiting_sends: 1,
  });
});

test.each(['app', NUMBER_ID])(
  'a stop of "%s" is shown with its reason, resumed by a person, and audited',
  async (scope) => {
    await api.world.pool.query(
      `insert into channel (scope, stopped_at, stopped_reason, stopped_error, not_before, backoff_level)
     values ($1, now(), 'whatsapp.account', '{"code":190}', now() + interval '1 minute', 2)
     on conflict (scope) do update set stopped_at = excluded.stopped_at, stopped_reason = excluded.stopped_reason,
       stopped_error = excluded.stopped_error, not_before = excluded.not_before, backoff_level = 2`,
      [scope],
    );
    const shown = scope === 'app' ? 'app' : 'number';
    expect(await theNumber()).toMatchObject({
      stopped: {
        scope: shown,
        reason_code: 'whatsapp.account',
        explanation: 'WhatsApp refuses this account or its token.',
        error: { code: 190 },
      },
      back_off: { scope: shown, refusals: 2 },
    });
    const resumed = await api.post(RESUME, 'test-token-ben');
    expect(resumeNumberAnswer.parse(resumed.body)).toMatchObject({ id: NUMBER_ID, repeated: false });
    expect(await theNumber()).toMatchObject({ stopped: null, back_off: null });
    expect(
      await api.world.value('select jsonb_agg(jsonb_build_array(scope, kind, actor)) from channel_change'),
    ).toEqual([[scope, 'resumed', 'ben']]);
  },
);

test('an order to resume is carried out once for each key, however often and at once', async () => {
  const { pool } = api.world;
  const stop = () =>
    pool.query(
      `insert into channel (scope, stopped_at, stopped_reason) values ($1, now(), 'whatsapp.account')
       on conflict (scope) do update set stopped_at = excluded.stopped_at, stopped_reason = excluded.stopped_reason`,
      [NUMBER_ID],
    );
  const resume = (path = RESUME) =>
    Promise.resolve(
      request(api.app)
        .post(path)
        .set('Authorization', 'Bearer test-token-anna')
        .set('Idempotency-Key', 'go-on'),
    );
  await stop();
  const answers = await Promise.all([resume(), resume(), resume()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  await stop();
  expect((await resume()).status).toBe(200);
  expect((await theNumber())?.stopped).not.toBeNull();
  await pool.query(`insert into number (phone_number_id, mode) values ('100000000000778', 'live')`);
  expect(problemOf(await resume('/v1/numbers/100000000000778/resume')).answer).toBe(
    '422 idempotency_key_reused',
  );
  await pool.query(`update channel set stopped_at = null, stopped_reason = null`);
});

test('only what is held can be resumed', async () => {
  expect(problemOf(await api.post(RESUME)).answer).toBe('409 number_not_held');
  expect(problemOf(await api.post('/v1/numbers/1/resume')).answer).toBe('404 number_not_found');
});
