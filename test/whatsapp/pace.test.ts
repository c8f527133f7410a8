import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createConversationActivities } from '../../activities/conversation/conversation.activities';
import { loadReplyModel } from '../../platform/reply-model';
import { resumeNumber } from '../../store/commands/resume-number';
import type { Scene } from '../commands/world';
import { SendWorld } from './send-world';

const NUMBER = '100000000000001';
const SECOND = 1_000;

let at: SendWorld;
beforeAll(async () => {
  at = await SendWorld.start();
});
afterEach(() => at.calm());
afterAll(() => at.stop());

const setMessagesPerSecond = (count: number) =>
  at.world.pool.query(
    `update policy_version
        set document = jsonb_set(document, '{numbers,messages_per_second}', jsonb_build_object($1::text, $2::int))
      where status = 'active'`,
    [NUMBER, count],
  );

/** What the workflow does: delivers what is due first, one after the other, and sleeps until the ledger says. */
async function work(scene: Scene, isOver: () => boolean = () => false): Promise<void> {
  while (!isOver()) {
    const next = await at.nextSend(scene);
    if (next === null) return;
    const waitMs = next.dueAtMs - Date.now();
    if (waitMs > 0) await sleep(waitMs);
    else await at.deliver(next.id);
  }
}

const sendsSchema = z.array(
  z.looseObject({
    kind: z.string(),
    at_ms: z.number(),
    request: z.looseObject({ to: z.string().optional() }),
  }),
);

async function sent(): Promise<{ to: string; atMs: number }[]> {
  return sendsSchema
    .parse(await at.simulator.sends())
    .filter(({ kind }) => kind === 'message')
    .map(({ at_ms: atMs, request }) => ({ to: request.to ?? '', atMs }));
}

test('a flood in one conversation gets its share of a number and delays nobody', async () => {
  await setMessagesPerSecond(10);
  const before = (await sent()).length;
  const flood = await at.conversation();
  for (let count = 0; count < 40; count += 1) await at.plan(flood, { text: `flood ${count}` });
  const others = await Promise.all(Array.from({ length: 12 }, () => at.conversation()));
  await Promise.all(others.map((scene) => at.plan(scene)));
  let areOthersDone = false;
  const flooding = work(flood, () => areOthersDone);
  await Promise.all(others.map((scene) => work(scene)));
  areOthersDone = true;
  await flooding;

  const all = (await sent()).slice(before);
  const ofFlood = all.filter(({ to }) => to === `+${flood.waId}`);
  const lastOfOthersMs = Math.max(...all.filter(({ to }) => to !== `+${flood.waId}`).map(({ atMs }) => atMs));
  expect(all.length - ofFlood.length).toBe(12);
  // One round of the twelve: the flood has its burst and a turn or two like everybody, and a few more where the machine
  // stood still and slots lay in the past afterwards; never all its forty.
  expect(ofFlood.filter(({ atMs }) => atMs <= lastOfOthersMs).length).toBeLessThanOrEqual(8);
  await setMessagesPerSecond(80);
});

test('many that ask at once get as many different slots', async () => {
  await setMessagesPerSecond(2);
  expect(await at.deliver(await at.plan(await at.conversation()))).toMatchObject({ status: 'accepted' });
  // As if an hour of slots were taken: however slowly these ask, none of their slots comes meanwhile.
  await at.world.pool.query(`update channel set next_slot_at = next_slot_at + interval '1 hour'`);
  const scenes = await Promise.all(Array.from({ length: 10 }, () => at.conversation()));
  const sends = await Promise.all(scenes.map((scene) => at.plan(scene)));
  const delivered = await Promise.all(sends.map((sendId) => at.deliver(sendId)));
  expect(new Set(delivered.map(({ reasonCode }) => reasonCode))).toEqual(new Set(['gate.throughput']));
  const { rows } = await at.world.pool.query<{ atMs: number }>(
    'select to_ms(slot_at) as "atMs" from send where id = any($1) and slot_at is not null order by slot_at',
    [sends],
  );
  const gaps = rows.slice(1).map(({ atMs }, index) => atMs - (rows[index]?.atMs ?? 0));
  // Two in a second, of which eight tenths are used.
  expect(gaps).toHaveLength(9);
  expect(Math.min(...gaps)).toBeGreaterThan(600);
  await setMessagesPerSecond(80);
});

test('the pair limit is kept by us: the 46th message in a row waits, and WhatsApp refuses none', async () => {
  const scene = await at.conversation();
  expect(await at.deliver(await at.plan(scene))).toMatchObject({ status: 'accepted' });
  // As after more than 45 messages in a row, however long they took.
  const borrowed = await at.world.pool.query<{ untilMs: number }>(
    `update conversation set pair_borrowed_until = now() + interval '10 minutes' where id = $1
     returning to_ms(pair_borrowed_until) as "untilMs"`,
    [scene.id],
  );
  const next = await at.plan(scene);
  expect(await at.deliver(next)).toEqual({ status: 'planned', reasonCode: 'gate.pair_limit' });
  // As soon as no more than 44 messages are borrowed, of six seconds each, and a little later.
  const waitedMs = (await at.dueAtMs(scene)) - ((borrowed.rows[0]?.untilMs ?? 0) - 44 * 6 * SECOND);
  expect(waitedMs).toBeGreaterThan(0);
  expect(waitedMs).toBeLessThan(0.5 * SECOND);
  expect((await at.row(next)).refusals).toBe(0);
  const other = await at.conversation();
  expect(await at.deliver(await at.plan(other))).toMatchObject({ status: 'accepted' });
});

test('the workflow is told to wait until then, and not to ask again before', async () => {
  const { chooseNextStep, planFollowUp } = createConversationActivities({
    database: at.world.pool,
    replyModel: loadReplyModel(),
  });
  const scene = await at.conversation();
  const sendId = await at.plan(scene);
  await at.refuse(130429, { headers: { 'retry-after': '600' } });
  await at.deliver(sendId);
  await planFollowUp({ conversationId: scene.id, messageId: scene.messageId ?? '' });
  const step = await chooseNextStep({ conversationId: scene.id });
  expect(step).toMatchObject({ kind: 'wait', view: { nextActionKind: 'send' } });
  const wakeInMs = step.kind === 'wait' ? step.wakeAtMs - Date.now() : 0;
  expect(wakeInMs).toBeGreaterThan(590 * SECOND);
  expect(wakeInMs).toBeLessThanOrEqual(600 * SECOND);
});

describe('a number that a person resumes', () => {
  const resume = () =>
    resumeNumber(at.world.pool, {
      phoneNumberId: NUMBER,
      actor: 'anna',
      reason: 'token renewed',
      idempotencyKey: randomUUID(),
    });

  test('sends what had waited, each judged again, and tells the conversations to look', async () => {
    const scenes = await Promise.all(Array.from({ length: 3 }, () => at.conversation()));
    const sends = await Promise.all(scenes.map((scene) => at.plan(scene)));
    await at.refuse(190, { status: 401, times: 1 });
    for (const sendId of sends) await at.deliver(sendId);
    await at.world.pool.query('update conversation set epoch = epoch + 1 where id = $1', [scenes[2]?.id]);
    await at.world.pool.query('update conversation set look_given = look_wanted');
    expect(await resume()).toMatchObject({ kind: 'done' });
    const looks = await at.world.value(
      'select count(*)::int from conversation where id = any($1) and look_given < look_wanted',
      [scenes.map(({ id }) => id)],
    );
    expect(looks).toBe(3);
    expect(await at.deliver(sends[0] ?? '')).toMatchObject({ status: 'accepted' });
    expect(await at.deliver(sends[1] ?? '')).toMatchObject({ status: 'accepted' });
    expect(await at.deliver(sends[2] ?? '')).toEqual({ status: 'refused', reasonCode: 'gate.epoch' });
    expect(await resume()).toEqual({ kind: 'refused', refusal: 'number_not_held' });
  });

  test('stops again, with a new alarm, when nothing was mended', async () => {
    const scene = await at.conversation();
    const sendId = await at.plan(scene);
    await at.refuse(190, { status: 401 });
    await at.deliver(sendId);
    await resume();
    expect(await at.deliver(sendId)).toEqual({ status: 'planned', reasonCode: 'whatsapp.account' });
    expect(await at.deliver(sendId)).toEqual({ status: 'planned', reasonCode: 'gate.stopped' });
    const changes = await at.world.value(
      `select jsonb_agg(jsonb_build_array(kind, actor, reason_code) order by id) from channel_change`,
    );
    expect(changes).toEqual([
      ['stopped', 'whatsapp', 'whatsapp.account'],
      ['resumed', 'anna', 'whatsapp.account'],
      ['stopped', 'whatsapp', 'whatsapp.account'],
    ]);
    expect(await at.world.value('select count(*)::int from account_event')).toBe(2);
    await resume();
  });
});
