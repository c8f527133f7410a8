import { Writable } from 'node:stream';
import { Client, Connection } from '@temporalio/client';
import { createHealth } from '../../api/health';
import type { Health } from '../../api/health';
import { createBackground } from '../../platform/background';
import type { Database } from '../../platform/database';
import { createPool } from '../../platform/database';
import { createLogger } from '../../platform/logger';
import { createWorld } from '../commands/world';
import { createTestDatabase } from '../support/database';
import { testAddress } from '../support/settings';
import { createNamespace } from '../support/temporal';
import type { TestDatabase } from '../support/database';
import { waitFor } from '../support/wait-for';

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

const clients: Client[] = [];
const background = createBackground();
afterAll(async () => {
  await background.ended();
  for (const client of clients) await client.connection.close();
});

/** A client that connects when it is asked something. */
function temporalAt(address: string, namespace = 'default'): Client {
  const client = new Client({ connection: Connection.lazy({ address }), namespace });
  clients.push(client);
  return client;
}
const NOWHERE = '127.0.0.1:1';

function health(of: Database, temporal = temporalAt(NOWHERE)): () => Promise<Health> {
  const logger = createLogger('test', 'info', { destination });
  const read = createHealth({ database: of, temporal, logger, background, nowMs: () => nowMs });
  return () => {
    nowMs += 60_000;
    return read();
  };
}

function readiness(of: Database): () => Promise<boolean> {
  const read = health(of);
  return async () => (await read()).isReady;
}

/** Each part with what is the matter with it. */
const stateOf = ({ checks }: Health) =>
  Object.fromEntries(checks.map(({ name, state, problem }) => [name, problem ?? state]));

/** Asks again where the machine stood still: what gives no answer within a second and a half counts as away. */
const becomesReady = (isReady: () => Promise<boolean>): Promise<boolean> =>
  waitFor(isReady, { what: 'readiness' });
const tells = (read: () => Promise<Health>, state: object) =>
  waitFor(
    async () => {
      const health = await read();
      expect(stateOf(health)).toMatchObject(state);
      return health;
    },
    { what: 'the state of the parts' },
  );

test('with Postgres and the schema of this version it is ready', async () => {
  expect(await becomesReady(readiness(database.pool()))).toBe(true);
});

test('with a migration missing it is not, says which, once, and is ready again after it came', async () => {
  const pool = database.pool();
  const isReady = readiness(pool);
  const taken = await pool.query("delete from schema_migration where name = '0025_operations' returning *");
  expect(taken.rowCount).toBe(1);
  expect([await isReady(), await isReady()]).toEqual([false, false]);
  expect(lines.filter((line) => line.includes('0025_operations'))).toHaveLength(1);
  await pool.query("insert into schema_migration (name, run_on) values ('0025_operations', now())");
  expect(await becomesReady(isReady)).toBe(true);
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

test('with a Postgres that never answers it answers all the same', async () => {
  const silent: Database = { query: () => new Promise(() => undefined) };
  expect(await readiness(silent)()).toBe(false);
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
  const read = createHealth({
    database: counting,
    temporal: temporalAt(NOWHERE),
    logger: createLogger('test', 'silent'),
    background,
    nowMs: () => 1,
  });
  const answers = await Promise.all(Array.from({ length: 20 }, read));
  expect(new Set(answers).size).toBe(1);
  expect(questions).toBe(3);
});

test('every part is told with what is wrong with it, and only Postgres decides', async () => {
  const world = await createWorld();
  const { pool } = world;
  const namespace = await createNamespace();
  const read = health(pool, temporalAt(testAddress('TEST_TEMPORAL_ADDRESS'), namespace));
  await tells(read, { postgres: 'good', temporal: 'no_worker', whatsapp: 'good', hubspot: 'good' });
  await pool.query(
    `update channel set stopped_at = now(), stopped_reason = 'whatsapp.account' where scope = 'app'`,
  );
  const { id, buyerId, decisionId } = await world.conversation();
  await pool.query(
    `insert into crm_outbox (object_kind, object_key, conversation_id, decision_id, not_before)
     values ('contact', $1, $2, $3, now() - interval '1 hour')`,
    [buyerId, id, decisionId],
  );
  const later = await tells(read, { postgres: 'good', whatsapp: 'stopped', hubspot: 'behind' });
  expect(later.isReady).toBe(true);
  await tells(health(pool), { postgres: 'good', temporal: 'away' });
  await world.end();
});
