import type { PoolClient } from 'pg';
import { joinByHand } from '../../api/ingest/join-by-hand';
import { undoJoin } from '../../api/ingest/undo-join';
import { runOrder } from '../../store/commands/run-order';
import { waitFor } from '../support/wait-for';
import { messages } from './bodies';
import { byBoth, byPhone, byUser, living } from './two-people';
import { lastJoin } from './undo-world';
import { useWorld } from './world';

const world = useWorld();

const buyerIds = async (): Promise<[string, string]> => {
  const rows = await world.rows<{ id: string }>('select id from buyer order by id');
  return [rows[0]?.id ?? '', rows[1]?.id ?? ''];
};
const LOCK = 'select 1 from buyer where id = $1 for update';

async function untilWaiting(count: number): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await waitFor(async () => (await world.rows(waiting)).length === count, {
    what: `${count} who wait for a lock`,
    everyMs: 5,
  });
}

const WAITS_FOR = `select 1 from pg_locks
  where locktype = 'advisory' and classid = 0 and objid = $1 and not granted
    and database = (select oid from pg_database where datname = current_database())`;

/** Somebody in a transaction who is never the one whom Postgres ends. */
async function withOther<Result>(work: (other: PoolClient) => Promise<Result>): Promise<Result> {
  const other = await world.pool.connect();
  try {
    await other.query(`begin; set local deadlock_timeout = '10min'`);
    return await work(other);
  } finally {
    other.release(true);
  }
}

/** Carries out an order that takes the locks of both buyers while somebody else has the second and wants the first. */
async function crossed<Result>(order: () => Promise<Result>): Promise<Result> {
  const [first, second] = await buyerIds();
  return await withOther((other) =>
    withOther(async (porter) => {
      await other.query(LOCK, [second]);
      await porter.query(LOCK, [first]);
      const result = order();
      await untilWaiting(1);
      const locked = other.query(LOCK, [first]);
      await untilWaiting(2);
      // The order is the first to get it: then each waits for the other, at whatever speed.
      await porter.query('commit');
      await locked;
      await other.query('commit');
      return await result;
    }),
  );
}

const done = { kind: 'done', isRepeated: false };

describe('a person’s order whose locks others hold in another order', () => {
  it('joins two buyers all the same, and once', async () => {
    await world.take(messages(byPhone()));
    await world.take(messages(byUser()));
    const order = {
      buyerIds: await buyerIds(),
      actor: 'anna',
      idempotencyKey: 'join',
      reason: 'one person',
    };
    const { result, lookAt } = await crossed(() => joinByHand(world.pool, order));
    expect(result).toMatchObject(done);
    expect(lookAt).toHaveLength(2);
    expect(await world.rows('select id from buyer_join')).toHaveLength(1);
    expect(await world.rows('select kind, idempotency_key from command')).toEqual([
      { kind: 'join_buyers', idempotency_key: 'join' },
    ]);
    const again = await joinByHand(world.pool, order);
    expect(again.result).toEqual({ ...result, isRepeated: true });
  });

  it('undoes a join all the same, and once', async () => {
    for (const body of [byPhone(), byUser(), byBoth()]) await world.take(messages(body));
    const order = { joinId: await lastJoin(world), actor: 'anna', idempotencyKey: 'undo', reason: null };
    const { result, lookAt } = await crossed(() => undoJoin(world.pool, order));
    expect(result).toMatchObject(done);
    expect(lookAt).toHaveLength(2);
    expect(await living(world)).toHaveLength(2);
    expect(await world.rows(`select 1 from decision where verdict = 'undo_join'`)).toHaveLength(2);
    expect(await world.rows('select kind, idempotency_key from command')).toEqual([
      { kind: 'undo_join', idempotency_key: 'undo' },
    ]);
  });

  it('is given up with nothing done where that does not end, and can be given again', async () => {
    const order = {
      kind: 'join_buyers',
      arguments: {},
      actor: 'anna',
      reason: null,
      idempotencyKey: 'key',
    } as const;
    const answered = {
      kind: 'done',
      target: { kind: 'buyer_join', id: '1' },
      answer: {},
    } as const;
    let tries = 0;
    const given = runOrder<object, string>(world.pool, order, async (client) => {
      tries += 1;
      const [ours, theirs] = [2 * tries, 2 * tries + 1];
      await client.query('select pg_advisory_xact_lock($1)', [ours]);
      return await withOther(async (other) => {
        await other.query('select pg_advisory_xact_lock($1)', [theirs]);
        const locked = other.query('select pg_advisory_xact_lock($1)', [ours]);
        // Cut off with the connection.
        locked.catch(() => undefined);
        await waitFor(async () => (await world.rows(WAITS_FOR, [ours])).length === 1, {
          what: 'the other one to wait',
          everyMs: 5,
        });
        await client.query('select pg_advisory_xact_lock($1)', [theirs]);
        return answered;
      });
    });
    await expect(given).rejects.toMatchObject({ code: '40P01' });
    expect(tries).toBe(5);
    expect(await world.rows('select 1 from command')).toEqual([]);
    const again = await runOrder<object, string>(world.pool, order, () => Promise.resolve(answered));
    expect(again).toMatchObject(done);
  });
});
