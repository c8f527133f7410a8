import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { testAddress } from './settings';

export type TestDatabase = {
  readonly url: string;
  /** A pool that is closed by `drop`. */
  pool(): Pool;
  /** Closes the pools given out, throws everybody else off and removes the database. */
  drop(): Promise<void>;
};

/** A database of its own for one test file, cloned from the migrated template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `continuo_test_${randomBytes(6).toString('hex')}`;
  const template = safeName(testAddress('TEST_TEMPLATE_DATABASE'));
  // The quicker way for a small template: its files are copied as they are.
  await asAdmin(`create database ${safeName(name)} template ${template} strategy file_copy`);
  const url = urlOf(name);
  const pools: Pool[] = [];
  return {
    url,
    pool: () => {
      const pool = new Pool({ connectionString: url, max: 5 });
      // Dropping the database ends idle connections; that is no surprise here.
      pool.on('error', () => undefined);
      pools.push(pool);
      return pool;
    },
    drop: async () => {
      await Promise.all(
        pools
          .splice(0)
          .filter((pool) => !pool.ended)
          .map((pool) => pool.end()),
      );
      await dropTestDatabase(name);
    },
  };
}

/** Tables, and all that refer to them over any number of steps. */
const WITH_REFERRING = `
  with recursive affected as (
    select name::regclass::oid as id from unnest($1::text[]) as name
    union
    select conrelid from pg_constraint join affected on confrelid = affected.id where contype = 'f'
  ) select id::regclass::text as name from affected`;

/** Empties tables and all that refer to them. Far quicker than truncate, which makes new files for each. */
export async function emptyTables(pool: Pool, names: readonly string[]): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(WITH_REFERRING, [names]);
  // References need not be followed when everything goes.
  await pool.query(`set session_replication_role = replica;
    ${rows.map(({ name }) => `delete from ${name}`).join('; ')};
    set session_replication_role = default`);
}

/** Removes a database, but never one whose name does not say that it is for tests. */
export async function dropTestDatabase(name: string): Promise<void> {
  await asAdmin(`drop database if exists ${safeName(name)} with (force)`);
}

function safeName(name: string): string {
  if (!/^[a-z0-9_]*test[a-z0-9_]*$/.test(name))
    throw new Error(`Refused: "${name}" is not the name of a test database.`);
  return `"${name}"`;
}

function urlOf(name: string): string {
  const url = new URL(testAddress('TEST_DATABASE_ADMIN_URL'));
  url.pathname = `/${name}`;
  return url.href;
}

async function asAdmin(statement: string): Promise<void> {
  const client = new Client({ connectionString: testAddress('TEST_DATABASE_ADMIN_URL') });
  await client.connect();
  try {
    // Cloning waits for its turn: two clones of one template at once are refused by Postgres now and then.
    await client.query('select pg_advisory_lock(4266780012)');
    await client.query(statement);
  } finally {
    await client.end();
  }
}
