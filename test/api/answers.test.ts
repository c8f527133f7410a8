import { Client } from 'pg';
import { addSend } from '../commands/world';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { expectDone, problemOf } from './expectations';

/** Some milliseconds; how many depends on the machine. */
const STATEMENTS_MAX = 30;

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.end());

describe('sends under way', () => {
  test('what does not settle in time is named, and a repeat gets the same answer', async () => {
    const scene = await api.world.conversation();
    const sendId = await addSend(api.world, scene, { status: 'claimed', leaseMs: 60_000 });
    const [first, twin] = await Promise.all([
      api.command(scene.id, 'take-over', { key: 'slow' }),
      api.command(scene.id, 'take-over', { key: 'slow' }),
    ]);
    expect(expectDone(first).under_way).toEqual([{ send_id: sendId, status: 'claimed' }]);
    await api.world.pool.query(`update send set status = 'accepted' where id = $1`, [sendId]);
    const later = expectDone(await api.command(scene.id, 'take-over', { key: 'slow' }));
    expect(expectDone(twin).under_way).toEqual(expectDone(first).under_way);
    expect(later).toEqual({ ...expectDone(first), repeated: true });
  });
});

describe('repeats', () => {
  test('the same key twenty times in parallel has one effect and one answer', async () => {
    const scene = await api.world.conversation();
    const json = { text: { body: 'Only once' } };
    const answers = (
      await Promise.all(
        Array.from({ length: 20 }, () => api.command(scene.id, 'messages', { json, key: 'once' })),
      )
    ).map(expectDone);
    expect(answers.filter((answer) => !answer.repeated)).toHaveLength(1);
    expect(new Set(answers.map((answer) => JSON.stringify({ ...answer, repeated: null }))).size).toBe(1);
    expect(
      await api.world.value('select count(*)::int from send where conversation_id = $1', [scene.id]),
    ).toBe(1);
    expect(
      await api.world.value('select count(*)::int from command where conversation_id = $1', [scene.id]),
    ).toBe(1);
  });

  test('a refusal is repeated as well, even when it would pass now', async () => {
    const scene = await api.world.conversation();
    expect(problemOf(await api.command(scene.id, 'hand-back', { key: 'early' })).answer).toBe(
      '409 not_owned',
    );
    expectDone(await api.command(scene.id, 'take-over'));
    const again = problemOf(await api.command(scene.id, 'hand-back', { key: 'early' }));
    expect(again.answer).toBe('409 not_owned');
    expect(again).toMatchObject({ repeated: true });
  });

  test('a key cannot be used for another command, other arguments or another conversation', async () => {
    const scene = await api.world.conversation();
    const other = await api.world.conversation();
    expectDone(await api.command(scene.id, 'pause', { json: { forever: true }, key: 'reuse' }));
    const attempts = [
      api.command(scene.id, 'take-over', { key: 'reuse' }),
      api.command(scene.id, 'pause', { json: { until: '2099-01-01T00:00:00Z' }, key: 'reuse' }),
      api.command(other.id, 'pause', { json: { forever: true }, key: 'reuse' }),
    ];
    for (const attempt of attempts)
      expect(problemOf(await attempt).answer).toBe('422 idempotency_key_reused');
  });

  test('one key on two conversations at the same moment counts for one of them', async () => {
    const scenes = [await api.world.conversation(), await api.world.conversation()];
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all(
        scenes.map((scene) =>
          api.command(scene.id, 'pause', { json: { forever: true }, key: `both-${String(round)}` }),
        ),
      );
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
    }
  });

  test('the same key of another agent is another key', async () => {
    const scene = await api.world.conversation();
    expectDone(await api.command(scene.id, 'take-over', { key: 'mine' }));
    expect(problemOf(await api.command(scene.id, 'take-over', { by: 'ben', key: 'mine' })).answer).toBe(
      '409 owned_by_other_agent',
    );
  });
});

test('an answer costs a few statements of Postgres, and nothing else runs', async () => {
  const scene = await api.world.conversation();
  const statements = jest.spyOn(Client.prototype, 'query');
  expectDone(await api.command(scene.id, 'take-over'));
  const count = statements.mock.calls.length;
  statements.mockRestore();
  expect(count).toBeGreaterThan(5);
  expect(count).toBeLessThan(STATEMENTS_MAX);
});

test('the epoch grows with every change of owner or pause and with nothing else', async () => {
  const scene = await api.world.conversation();
  const epochs: number[] = [];
  for (const [command, json] of [
    ['take-over', {}],
    ['route', { route: 'human' }],
    ['pause', { forever: true }],
    ['pause', { forever: true }],
    ['follow-up-rule', { cap: 0 }],
    ['hand-back', {}],
    ['resume', {}],
    ['close', {}],
  ] as const)
    epochs.push(expectDone(await api.command(scene.id, command, { json })).conversation.epoch);
  expect(epochs).toEqual([1, 1, 2, 2, 2, 3, 4, 4]);
});
