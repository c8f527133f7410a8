import { createPool, inTransaction } from '../../platform/database';
import { createTestDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { PATIENCE_MS } from '../support/wait-for';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('a server that dies between two statements of a transaction fails the transaction, not the process', async () => {
  const pool = createPool({
    url: database.url,
    connectionsMax: 1,
    statementTimeoutMs: PATIENCE_MS,
    applicationName: 'test',
  });
  const lost = inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.pool().query('select pg_terminate_backend($1, 60000)', [rows[0]?.pid]);
    // The end of the connection comes as an event of its own, with no statement under way that it could fail.
    await new Promise((resolve) => setImmediate(resolve));
    await client.query('select 1');
  });
  await expect(lost).rejects.toThrow();
  await expect(pool.query('select 1 as alive')).resolves.toMatchObject({ rows: [{ alive: 1 }] });
  await pool.end();
});
