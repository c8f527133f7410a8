import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from './database';

/** The migrations that this version of the product needs and the database does not have yet; throws when it cannot ask. */
export async function readMissingMigrations(database: Database): Promise<string[]> {
  const table = await database.query<{ exists: boolean }>(
    "select to_regclass('schema_migration') is not null as exists",
  );
  const { rows } =
    table.rows[0]?.exists === true
      ? await database.query<{ name: string }>('select name from schema_migration')
      : { rows: [] };
  const applied = new Set(rows.map(({ name }) => name));
  return neededMigrations().filter((name) => !applied.has(name));
}

/** Beside this folder in the sources, one level further up from compiled files. */
function neededMigrations(): string[] {
  const places = ['..', '../..'].map((up) => join(__dirname, up, 'migrations'));
  const folder = places.find((place) => existsSync(place)) ?? 'migrations';
  return readdirSync(folder)
    .filter((file) => /^\d{4}_.+\.sql$/.test(file))
    .map((file) => file.replace(/\.sql$/, ''))
    .sort();
}
