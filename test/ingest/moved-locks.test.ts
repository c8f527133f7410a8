import { waitFor } from '../support/wait-for';
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
async function untilWaiting(count: number): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await waitFor(async () => (await world.rows(waiting)).length === count, {
    what: `${count} who wait for a lock`,
    everyMs: 5,
  });
}

it('a report that others hold the locks of in another order is taken in all the same, at once', async () => {
  const named = (userId: string, seconds: number) =>
    messages(message({ from: NUMBER, from_user_id: userId, timestamp: at(seconds) }));
  await world.take(named('GB.A1', 10));
  await world.take(named('GB.B1', 40));
  const lock = 'select 1 from buyer where id = $1 for update';
  const [other, porter] = [await world.pool.connect(), await world.pool.connect()];
  try {
    // The other one is never the one that Postgres ends.
    await other.query(`begin; set local deadlock_timeout = '1min'`);
    await other.query(lock, [await buyerOf('GB.A1')]);
    const buyerB = await buyerOf('GB.B1');
    await porter.query('begin');
    await porter.query(lock, [buyerB]);
    const taken = world.take(
      messages(
        identityChange(
          { type: 'user_changed_number', user_id: 'GB.B2', previous_user_id: 'GB.B1' },
          { from: NUMBER, timestamp: at(60) },
        ),
      ),
    );
    // Both stand before the second lock, the report first: when it has that one, each waits for the other, at whatever speed.
    await untilWaiting(1);
    const locked = other.query(lock, [buyerB]);
    await untilWaiting(2);
    await porter.query('commit');
    await locked;
    await other.query('commit');
    await taken;
  } finally {
    other.release(true);
    porter.release(true);
  }
  expect(await world.rows('select 1 from webhook_item where assigned_at is null')).toEqual([]);
  expect(await buyerOf('GB.B2')).toBe(await buyerOf('GB.B1'));
});
