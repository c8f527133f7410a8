import { undoJoin } from '../../api/ingest/undo-join';
import { at, bodyOf, change, identityChange, message, messages, NUMBER_ID, OTHER_NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { useWorld } from './world';

const PHONE = '447700900101';
const USER = 'GB.13491208655302741918';
const PARENT = 'GB.ENT.11815799212886844830';

const world = useWorld();

/** All ways in which one person is named. */
const NAMED: readonly Json[] = [
  { from: PHONE },
  { from_user_id: USER },
  { from_parent_user_id: PARENT },
  { from: PHONE, from_user_id: USER },
  { from: PHONE, from_parent_user_id: PARENT },
  { from_user_id: USER, from_parent_user_id: PARENT },
  { from: USER, from_parent_user_id: PARENT },
  { from: PHONE, from_user_id: USER, from_parent_user_id: PARENT },
];

/** The count is written when a connection is idle or ends. */
async function deadlocks(): Promise<number> {
  await world.rows('select pg_stat_force_next_flush()');
  const [row] = await world.rows<{ deadlocks: number }>(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  );
  return row?.deadlocks ?? 0;
}

const unsettled = () =>
  world.rows(
    'select error, attempts from webhook_item where assigned_at is null or error is not null or attempts > 0',
  );

it.each([0, 1, 2, 3])(
  'many webhooks at once that name one person make one buyer (round %i)',
  async (round) => {
    const before = await deadlocks();
    const bodies = Array.from({ length: 72 }, (_, index) => {
      const sender = NAMED[(index * (round + 3)) % NAMED.length] ?? {};
      const number = index % 3 === 0 ? OTHER_NUMBER_ID : NUMBER_ID;
      return bodyOf(
        change({ messages: [message({ ...sender, timestamp: at(index + 1) })] }, 'messages', number),
      );
    });
    await Promise.all([...bodies, ...bodies.slice(0, 20)].map((body) => world.take(body)));
    expect(await unsettled()).toEqual([]);
    expect(await world.rows('select 1 from buyer where joined_into is null')).toHaveLength(1);
    expect(
      await world.rows('select phone_number_id from conversation where merged_into is null order by 1'),
    ).toEqual([{ phone_number_id: NUMBER_ID }, { phone_number_id: OTHER_NUMBER_ID }]);
    expect(
      await world.rows(
        'select 1 from message join conversation on conversation.id = conversation_id where merged_into is null',
      ),
    ).toHaveLength(bodies.length);
    expect(await deadlocks()).toBe(before);
  },
);

it('people who change their numbers at once keep their conversations apart', async () => {
  const people = Array.from({ length: 6 }, (_, index) => ({
    phone: `44770090011${index}`,
    // Everybody gets the number of the next one.
    next: `44770090011${(index + 1) % 6}`,
    user: `GB.1${index}`,
    later: `GB.2${index}`,
  }));
  const all = people.flatMap(({ phone, next, user, later }) => [
    messages(message({ from: phone, from_user_id: user, timestamp: at(10), text: { body: user } })),
    messages(
      identityChange(
        { type: 'user_changed_number', wa_id: next, user_id: later, previous_user_id: user },
        { from: phone, timestamp: at(20) },
      ),
    ),
    messages(message({ from: next, from_user_id: later, timestamp: at(30), text: { body: user } })),
  ]);
  await Promise.all(all.map((body) => world.take(body)));
  expect(await unsettled()).toEqual([]);
  const said = await world.rows<{ words: string[] }>(
    `select array_agg(text order by sent_at) as words from message join conversation on conversation.id = conversation_id
      where merged_into is null group by buyer_id order by 1`,
  );
  expect(said.map(({ words }) => words)).toEqual(people.map(({ user }) => [user, user]));
});

it('messages that come while a join is undone are each in one living conversation', async () => {
  for (const sender of [{ from: PHONE }, { from_user_id: USER }, { from: PHONE, from_user_id: USER }])
    await world.take(messages(message({ ...sender, timestamp: at(1) })));
  const [join] = await world.rows<{ id: number }>('select id from buyer_join');
  const later = Array.from({ length: 30 }, (_, index) =>
    messages(
      message({ ...(index % 2 === 0 ? { from: PHONE } : { from_user_id: USER }), timestamp: at(index + 5) }),
    ),
  );
  const order = { joinId: join?.id ?? 0, actor: 'anna', reason: null };
  const [undone, ...again] = await Promise.all([
    ...[1, 2, 3].map(async (key) => {
      const { result } = await undoJoin(world.pool, { ...order, idempotencyKey: `anna:${key}` });
      return result;
    }),
    ...later.map((body) => world.take(body)),
  ]).then((all) => all.slice(0, 3).map((result) => (Array.isArray(result) ? 'look' : result.kind)));
  expect([undone, ...again].sort()).toEqual(['done', 'refused', 'refused']);
  expect(await unsettled()).toEqual([]);
  const perBuyer = await world.rows<{ count: number }>(
    `select count(*)::int as count from message join conversation on conversation.id = conversation_id
      where merged_into is null group by buyer_id order by 1`,
  );
  expect(perBuyer).toEqual([{ count: 16 }, { count: 17 }]);
});
