import type { PoolClient } from 'pg';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import type { TransactionalDatabase } from '../../platform/database';
import { addSend } from '../commands/world';
import { LedgerWorld } from './ledger-world';

/** Longer than the lease of a claim. */
const PAUSE_MS = 10_000;

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => ledger.close());

/** A database that the machine stands still behind: once, after the statement, before its answer is heard. */
function standingStillAfter(statement: RegExp): TransactionalDatabase {
  const now = performance.now.bind(performance);
  let isOver = false;
  const passTime = (text: string): void => {
    if (isOver || !statement.test(text)) return;
    isOver = true;
    jest.spyOn(performance, 'now').mockImplementation(() => now() + PAUSE_MS);
  };
  const watched = (client: PoolClient): PoolClient =>
    new Proxy(client, {
      get: (target, name) => {
        if (name === 'query')
          return async (text: string, values?: unknown[]) => {
            const result = await target.query(text, values);
            passTime(text);
            return result;
          };
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  const { pool } = ledger.world;
  return { query: pool.query.bind(pool), connect: async () => watched(await pool.connect()) };
}

test.each([
  ['the claim', /claim_until = /],
  ['its commit', /^commit$/],
])(
  'a message whose lease is over when %s is answered does not leave, and leaves later',
  async (_what, statement) => {
    const sendId = await addSend(ledger.world, await ledger.scene(), { status: 'planned' });
    const parts = { database: standingStillAfter(statement), whatsapp: ledger.whatsapp.client };
    expect(await deliverSend(parts, sendId)).toMatchObject({ status: 'planned' });
    expect(ledger.takenOf(sendId)).toEqual([]);
    jest.restoreAllMocks();
    await ledger.comeDue(sendId);
    expect(await ledger.deliver(sendId)).toMatchObject({ status: 'accepted' });
    expect(ledger.takenOf(sendId)).toHaveLength(1);
  },
);
