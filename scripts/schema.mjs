import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { say, sayError } from './lib/console.mjs';
import { fromRoot } from './lib/paths.mjs';
import { readSchema } from './lib/schema.mjs';
import { withThrowawayDatabase } from './lib/throwaway.mjs';

/** Reads the catalogue of a freshly migrated database. */
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
  writeFileSync(
    fromRoot('migrations', 'schema.sql'),
    await withThrowawayDatabase('continuo_schema', schemaOf),
  );
  say('migrations/schema.sql is written.');
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
