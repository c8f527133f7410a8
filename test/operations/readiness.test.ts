import { Writable } from 'node:stream';
import { createReadiness } from '../../api/readiness';
import type { Database } from '../../platform/database';
import { createPool } from '../../platform/database';
import { createLogger } from '../../platform/logger';
import { createTestDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';

let database: TestDatabase;
let nowMs = Date.now();
const lines: string[] = [];
const destination = new Writable({
  write: (chunk: Buffer, _encoding, written) => {
    lines.push(chunk.toString());
    written();
  },
});

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function readiness(of: Database): () => Promise<boolean> {
  const logger = createLogger('test', 'info', { destination });
  const isReady = createReadiness({ database: of, logger, nowMs: () => nowMs });
  return () => {
    nowMs += 60_000;
    return isReady();
  };
}

test('with Postgres and the schema of this version it is ready', async () => {
  expect(await readiness(database.pool())()).toBe(true);
});

test('with a migration missing it is not, says which, once, and is ready again after it came', async () => {
  const pool = database.pool();
  const isReady = readiness(pool);
  const taken = await pool.query("delete from schema_migration where name = '0025_operations' returning *");
  expect(taken.rowCount).toBe(1);
  expect([await isReady(), await isReady()]).toEqual([false, false]);
  expect(lines.filter((line) => line.includes('0025_operations'))).toHaveLength(1);
  await pool.query("insert into schema_migration (name, run_on) values ('0025_operations', now())");
  expect(await isReady()).toBe(true);
});

test('with Postgres away it is not, and does not throw', async () => {
  const pool = createPool({
    url: 'postgres://nobody:nothing@127.0.0.1:1/none',
    connectionsMax: 1,
    statementTimeoutMs: 1_000,
    applicationName: 'test',
  });
  expect(await readiness(pool)()).toBe(false);
  await pool.end();
});

test('with a Postgres that is silent it answers soon all the same', async () => {
  const silent: Database = { query: () => new Promise(() => undefined) };
  const begunMs = performance.now();
  expect(await readiness(silent)()).toBe(false);
  expect(performance.now() - begunMs).toBeLessThan(5_000);
});

test('many who ask at once cost one question', async () => {
  const pool = database.pool();
  let questions = 0;
  const counting: Database = {
    query: (text, values) => {
      questions += 1;
      return pool.query(text, values === undefined ? [] : [...values]);
    },
  };
  const isReady = createReadiness({
    database: counting,
    logger: createLogger('test', 'silent'),
    nowMs: () => 1,
  });
  expect(await Promise.all(Array.from({ length: 20 }, isReady))).toEqual(
    Array.from({ length: 20 }, () => true),
  );
  expect(questions).toBe(2);
});
