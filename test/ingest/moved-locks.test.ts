import { setTimeout as sleep } from 'node:timers/promises';
import { at, identityChange, message, messages } from './bodies';
import { useWorld } from './world';

const world = useWorld();
const NUMBER = '447700900193';

const buyerOf = async (userId: string) => {
  const [row] = await world.rows<{ buyer_id: string }>(
    'select buyer_id from buyer_identity where value = $1',
    [userId],
  );
  return row?.buyer_id ?? '';
};
async function untilSomebodyWaits(): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await world.rows(waiting)).length === 0) await sleep(5);
}

it('a report that others hold the locks of in another order is taken in all the same, at once', async () => {
  const named = (userId: string, seconds: number) =>
    messages(message({ from: NUMBER, from_user_id: userId, timestamp: at(seconds) }));
  await world.take(named('GB.A1', 10));
  await world.take(named('GB.B1', 40));
  const lock = 'select 1 from buyer where id = $1 for update';
  const other = await world.pool.connect();
  try {
    // The other one is never the one that Postgres ends.
    await other.query(`begin; set local deadlock_timeout = '1min'`);
    await other.query(lock, [await buyerOf('GB.A1')]);
    const taken = world.take(
      messages(
        identityChange(
          { type: 'user_changed_number', user_id: 'GB.B2', previous_user_id: 'GB.B1' },
          { from: NUMBER, timestamp: at(60) },
        ),
      ),
    );
    await untilSomebodyWaits();
    await other.query(lock, [await buyerOf('GB.B1')]);
    await other.query('commit');
    await taken;
  } finally {
    other.release(true);
  }
  expect(await world.rows('select 1 from webhook_item where assigned_at is null')).toEqual([]);
  expect(await buyerOf('GB.B2')).toBe(await buyerOf('GB.B1'));
});
