import pg from 'pg';
import { runner } from 'node-pg-migrate';
import { PlainError } from './console.mjs';
import { fromRoot } from './paths.mjs';

// Any number will do as long as no other program on the same database takes the same advisory lock.
const LOCK = 4_266_780_011;

/**
 * Brings a database to the newest schema, or by `count` migrations towards it; several callers at once wait for each
 * other. Gives the names applied.
 */
export async function migrate({ databaseUrl, dir = fromRoot('migrations'), log = () => {}, count }) {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await connect(client, databaseUrl);
  try {
    const applied = await runner({
      dbClient: client,
      dir,
      ignorePattern: '(\\..*|schema\\.sql|.*\\.md)',
      migrationsTable: 'schema_migration',
      direction: 'up',
      count,
      singleTransaction: true,
      advisoryLockMode: 'wait',
      lockValue: LOCK,
      logger: { debug() {}, info() {}, warn: log, error: log },
    });
    return applied.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

async function connect(client, databaseUrl) {
  try {
    await client.connect();
  } catch (error) {
    throw new PlainError(
      `The database ${withoutPassword(databaseUrl)} cannot be reached: ${error.message || error.code}`,
    );
  }
}

function withoutPassword(databaseUrl) {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null;
  return url ? `${url.hostname}:${url.port || '5432'}${url.pathname}` : 'of DATABASE_URL';
}
