import { randomUUID } from 'node:crypto';
import { runCommand } from '../../store/commands/run-command';
import { COMMAND_REASONS } from '../../store/commands/command.reasons';
import { waitFor } from '../support/wait-for';
import { addSend, createWorld } from './world';
import type { Scene, World } from './world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.end());

test('an order by a Temporal operator is carried out and marked as unverified', async () => {
  const scene = await world.conversation();
  const request = {
    conversationId: scene.id,
    actor: 'temporal-operator',
    isVerified: false,
    idempotencyKey: randomUUID(),
    kind: 'take_over',
    arguments: {},
  } as const;
  const first = await runCommand(world.pool, request);
  const second = await runCommand(world.pool, request);
  expect(first).toMatchObject({
    kind: 'done',
    isRepeated: false,
    answer: { conversation: { owner: 'agent:temporal-operator' } },
  });
  expect(second).toEqual({ ...first, isRepeated: true });
  expect(await world.value('select is_verified from command where conversation_id = $1', [scene.id])).toBe(
    false,
  );
});

test('a caller that must not wait gets the sends under way at once', async () => {
  const scene = await world.conversation();
  const sendId = await addSend(world, scene, { status: 'claimed', leaseMs: 60_000 });
  const result = await runCommand(
    world.pool,
    {
      conversationId: scene.id,
      actor: 'temporal-operator',
      isVerified: false,
      idempotencyKey: randomUUID(),
      kind: 'pause',
      arguments: { forever: true },
    },
    { timeoutMs: 0, pollMs: 1 },
  );
  expect(result).toMatchObject({ answer: { under_way: [{ send_id: sendId, status: 'claimed' }] } });
});

test.each(['opt_out', 'close'] as const)('%s names what is under way as a take-over does', async (kind) => {
  const scene = await world.conversation();
  const sendId = await addSend(world, scene, { status: 'claimed', leaseMs: 60_000 });
  const result = await runCommand(
    world.pool,
    {
      conversationId: scene.id,
      actor: 'anna',
      isVerified: true,
      idempotencyKey: randomUUID(),
      reason: 'the buyer called',
      kind,
      arguments: {},
    },
    { timeoutMs: 0, pollMs: 1 },
  );
  expect(result).toMatchObject({ kind: 'done', answer: { under_way: [{ send_id: sendId }] } });
});

/** Far longer than a test may take: an answer that waits in vain is never given. */
const WAITS_FOR_EVER = { timeoutMs: 3_600_000, pollMs: 10 };
const takeOver = (scene: Scene) =>
  ({
    conversationId: scene.id,
    actor: 'anna',
    isVerified: true,
    idempotencyKey: randomUUID(),
    kind: 'take_over',
    arguments: {},
  }) as const;

test('the answer waits for a send that was claimed before and names what left', async () => {
  const scene = await world.conversation();
  const sendId = await addSend(world, scene, { status: 'claimed', leaseMs: 3_600_000 });
  const answering = runCommand(world.pool, takeOver(scene), WAITS_FOR_EVER);
  await waitFor(
    async () =>
      (await world.value('select owner from conversation where id = $1', [scene.id])) === 'agent:anna',
    { what: 'the change of owner' },
  );
  await world.pool.query(`update send set status = 'accepted' where id = $1`, [sendId]);
  expect(await answering).toMatchObject({
    kind: 'done',
    answer: { under_way: [], left_before: [{ send_id: sendId, status: 'accepted' }] },
  });
});

test('a claim whose lease is over is named without waiting', async () => {
  const scene = await world.conversation();
  const sendId = await addSend(world, scene, { status: 'claimed', leaseMs: -1_000 });
  expect(await runCommand(world.pool, takeOver(scene), WAITS_FOR_EVER)).toMatchObject({
    answer: { under_way: [{ send_id: sendId, status: 'claimed' }] },
  });
});

test('an answer that a crash cut off before it was complete is completed by the repeat', async () => {
  const scene = await world.conversation();
  const sendId = await addSend(world, scene, { status: 'accepted' });
  const request = {
    conversationId: scene.id,
    actor: 'anna',
    isVerified: true,
    idempotencyKey: randomUUID(),
    kind: 'take_over',
    arguments: {},
  } as const;
  await runCommand(world.pool, request);
  await world.pool.query(
    `update command set answer = answer || jsonb_build_object('waits_for', jsonb_build_array($2::text)) where conversation_id = $1`,
    [scene.id, sendId],
  );
  const repeat = await runCommand(world.pool, request);
  expect(repeat).toMatchObject({ isRepeated: true, answer: { left_before: [{ send_id: sendId }] } });
  expect(repeat.answer).not.toHaveProperty('waits_for');
});

test('a command that fails halfway leaves nothing behind', async () => {
  const scene = await world.conversation();
  await world.pool.query(`update conversation set look_wanted = 9223372036854775807 where id = $1`, [
    scene.id,
  ]);
  const key = randomUUID();
  await expect(
    runCommand(world.pool, {
      conversationId: scene.id,
      actor: 'anna',
      isVerified: true,
      idempotencyKey: key,
      kind: 'take_over',
      arguments: {},
    }),
  ).rejects.toThrow();
  expect(await world.value('select owner from conversation where id = $1', [scene.id])).toBe('automation');
  expect(await world.value('select count(*)::int from command where idempotency_key = $1', [key])).toBe(0);
  expect(await world.value(`select count(*)::int from decision where key = 'command:' || $1`, [key])).toBe(0);
});

test('every reason code that is stored has a sentence', async () => {
  const { rows } = await world.pool.query<{ reason_code: string }>(
    `select distinct reason_code from decision where kind = 'command'`,
  );
  for (const { reason_code: code } of rows) expect(COMMAND_REASONS[code]).toBeDefined();
});
