import type { KnownSettings } from '../../platform/config';
import type { Database } from '../../platform/database';
import { onlyRow } from '../../platform/database';
import { readMissingMigrations } from '../../platform/migrations';
import { readActivePolicy } from '../../store/policy.store';
import { codeOf, good, unknown, withSettings, wrong } from './finding';
import type { Finding } from './finding';

const VERSION_MIN = 15;

/** Reachable, new enough, with the schema of this version, and with rules in force. */
export async function checkPostgres(known: KnownSettings, database: Database | null): Promise<Finding[]> {
  return await withSettings(
    {
      known,
      needs: ['DATABASE_URL', 'DATABASE_STATEMENT_TIMEOUT_MS'],
      names: ['postgres', 'postgres.migrations', 'postgres.policy'],
    },
    async () => (database === null ? [] : await checkDatabase(database)),
  );
}

async function checkDatabase(database: Database): Promise<Finding[]> {
  let version: number;
  try {
    const row = onlyRow(
      await database.query<{ version: number }>(
        "select current_setting('server_version_num')::int / 10000 as version",
      ),
    );
    version = row.version;
  } catch (error) {
    return [
      wrong(
        'postgres',
        `it cannot be reached (${codeOf(error)})`,
        'check DATABASE_URL, that the server runs, and that user and password are right',
      ),
      unknown('postgres.migrations', 'needs Postgres'),
      unknown('postgres.policy', 'needs Postgres'),
    ];
  }
  const isOld = version < VERSION_MIN;
  return [
    isOld
      ? wrong('postgres', `it is version ${version}`, `move to Postgres ${VERSION_MIN} or newer`)
      : good('postgres', `version ${version}`),
    ...(await checkSchema(database)),
  ];
}

async function checkSchema(database: Database): Promise<Finding[]> {
  const name = 'postgres.migrations';
  try {
    const missing = await readMissingMigrations(database);
    if (missing.length > 0)
      return [
        wrong(name, `missing: ${missing.join(', ')}`, 'run "npm run migrate"'),
        unknown('postgres.policy', 'needs the schema'),
      ];
  } catch (error) {
    return [unreadable(name, error), await checkPolicy(database)];
  }
  return [good(name, 'all of this version are applied'), await checkPolicy(database)];
}

async function checkPolicy(database: Database): Promise<Finding> {
  const name = 'postgres.policy';
  try {
    const active = await readActivePolicy(database);
    return active === null
      ? wrong(name, 'no policy is in force', 'start the worker with a POLICY_FILE that it accepts')
      : good(name, `version ${active.id}, "${active.policy.name}"`);
  } catch (error) {
    return unreadable(name, error);
  }
}

function unreadable(name: string, error: unknown): Finding {
  return wrong(
    name,
    `it cannot be read (${codeOf(error)})`,
    'let the role of DATABASE_URL own the database and everything in it',
  );
}
