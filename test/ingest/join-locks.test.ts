import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { joinByHand } from '../../api/ingest/join-by-hand';
import { undoJoin } from '../../api/ingest/undo-join';
import { messages } from './bodies';
import { byBoth, byPhone, byUser, living } from './two-people';
import { lastJoin } from './undo-world';
import { useWorld } from './world';

const world = useWorld();

/** Those who wait for a lock that somebody else holds. */
const waiting = () =>
  world.rows(
    `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
const buyerIds = async (): Promise<[string, string]> => {
  const rows = await world.rows<{ id: string }>('select id from buyer order by id');
  return [rows[0]?.id ?? '', rows[1]?.id ?? ''];
};
const LOCK = 'select 1 from buyer where id = $1 for update';

/** Somebody who takes the lock of one buyer and then that of another, and is never the one whom Postgres ends. */
async function withLocks(work: (other: PoolClient) => Promise<void>): Promise<void> {
  const other = await world.pool.connect();
  try {
    await other.query(`begin; set local deadlock_timeout = '1min'`);
    await work(other);
  } finally {
    other.release(true);
  }
}

/** Carries out an order while somebody else takes the locks of both buyers in the other order. */
async function crossed<Result>(order: () => Promise<Result>): Promise<Result> {
  const [first, second] = await buyerIds();
  let result: Promise<Result> | undefined;
  await withLocks(async (other) => {
    await other.query(LOCK, [second]);
    result = order();
    // Handled below; a refusal must not end the process before.
    result.catch(() => undefined);
    while ((await waiting()).length === 0) await sleep(5);
    await other.query(LOCK, [first]);
    await other.query('commit');
  });
  if (result === undefined) throw new Error('the order was not given');
  return await result;
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

  it('is given up with nothing done where that does not end, so that it can be given again', async () => {
    await world.take(messages(byPhone()));
    await world.take(messages(byUser()));
    const [first, second] = await buyerIds();
    const order = { buyerIds: [first, second], actor: 'anna', idempotencyKey: 'join', reason: null } as const;
    let outcome: unknown;
    await withLocks(async (other) => {
      await other.query(LOCK, [second]);
      const given = joinByHand(world.pool, order).then(
        () => 'done',
        (error: unknown) => (error as { code?: string }).code,
      );
      void given.then((code) => (outcome = code));
      while (outcome === undefined) {
        if ((await waiting()).length === 0) await sleep(5);
        // Whoever waits for the second buyer has the first; the lock of the first is given back, and they begin anew.
        else await other.query(`savepoint held; ${LOCK.replace('$1', `'${first}'`)}; rollback to held`);
      }
    });
    expect(outcome).toBe('40P01');
    expect(await world.rows('select 1 from buyer_join')).toEqual([]);
    expect((await joinByHand(world.pool, order)).result).toMatchObject(done);
  });
});
