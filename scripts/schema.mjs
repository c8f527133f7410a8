import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { say, sayError } from './lib/console.mjs';
import { migrate } from './lib/migrations.mjs';
import { fromRoot } from './lib/paths.mjs';
import { anyFreePort } from './lib/ports.mjs';
import { ensureDatabase, startPostgres } from './lib/postgres.mjs';
import { stopPart } from './lib/processes.mjs';
import { readSchema } from './lib/schema.mjs';

const NAME = 'continuo_schema';

/** Migrates an empty database, reads its catalogue and keeps the text; the database is thrown away. */
async function writeSchema() {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-schema-'));
  chmodSync(folder, 0o755); // Postgres may run as another user
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await anyFreePort(),
    logFile: join(folder, 'postgres.log'),
    isThrowaway: true,
  });
  try {
    await postgres.ready();
    await ensureDatabase(postgres.urlOf('postgres'), NAME);
    await migrate({ databaseUrl: postgres.urlOf(NAME) });
    writeFileSync(fromRoot('migrations', 'schema.sql'), await schemaOf(postgres.urlOf(NAME)));
  } finally {
    await stopPart(postgres.part, { signal: 'SIGINT' });
    rmSync(folder, { recursive: true, force: true });
  }
}

async function schemaOf(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await readSchema(client);
  } finally {
    await client.end();
  }
}

try {
  await writeSchema();
  say('migrations/schema.sql is written.');
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
