import { chownSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { PlainError } from './console.mjs';
import { choosePlace } from './postgres-place.mjs';
import { run, startPart, waitForPart } from './processes.mjs';
import { endLeftovers, identityOf } from './run-file.mjs';

const USER = 'continuo';

// Only this machine may connect: no Unix socket (its path can be too long), no password to keep.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

// A database that is thrown away after the run need not survive a power cut.
const THROWAWAY_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Starts the Postgres of the packages on a data directory, which is created when it is missing, with its `superuser`. */
export async function startPostgres({
  dataDir: preferredDataDir,
  port,
  logFile,
  isThrowaway = false,
  superuser = USER,
  connectionsMax = SETTINGS.max_connections,
}) {
  const { owner, binDir, dataDir } = await choosePlace(preferredDataDir);
  await createCluster({ binDir, dataDir, owner, superuser });
  await clearStaleLock(dataDir);
  const settings = {
    ...SETTINGS,
    ...(isThrowaway ? THROWAWAY_SETTINGS : {}),
    max_connections: connectionsMax,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const part = startPart({
    name: 'postgres',
    command: join(binDir, 'postgres'),
    args: ['-D', dataDir, '-p', String(port), ...flags],
    env: { ...process.env, LC_ALL: 'C' },
    cwd: dirname(dataDir),
    ...owner,
    logFile,
  });
  const urlOf = (database) => `postgres://${superuser}:${superuser}@127.0.0.1:${port}/${database}`;
  return {
    part,
    dataDir,
    urlOf,
    ready: () => waitForPart(part, () => answers(urlOf('postgres')), { what: 'it answers' }),
  };
}

async function createCluster({ binDir, dataDir, owner, superuser }) {
  // PG_VERSION comes early, the control file last: a start that was broken off in between begins again.
  if (existsSync(join(dataDir, 'global', 'pg_control')) && existsSync(join(dataDir, 'continuo-ready')))
    return;
  if (existsSync(dataDir)) rmSync(dataDir, { recursive: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (owner.uid !== undefined) chownSync(dataDir, owner.uid, owner.gid);
  const flags = [
    '--username',
    superuser,
    '--auth',
    'trust',
    '--encoding',
    'UTF8',
    '--locale-provider',
    'builtin',
    '--builtin-locale',
    'C.UTF-8',
    '--locale',
    'C',
  ];
  await run(join(binDir, 'initdb'), ['--pgdata', dataDir, ...flags], {
    ...owner,
    cwd: dirname(dataDir),
    env: { ...process.env, LC_ALL: 'C' },
  });
  await run('/bin/sh', ['-c', ': > "$1"', 'sh', join(dataDir, 'continuo-ready')], owner);
}

/**
 * Postgres refuses to start while its lock file names a living process, also when that number was given to another
 * program since. A server that still works on these data is ended; a lock of nobody's is removed.
 */
async function clearStaleLock(dataDir) {
  const lock = join(dataDir, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  const identity = identityOf(pid);
  if (identity?.includes(dataDir)) await endLeftovers([{ name: 'postgres', pid, identity }]);
  if (identityOf(pid)?.includes(dataDir))
    throw new PlainError(`An earlier Postgres (process ${pid}) still works on ${dataDir} and does not end.`);
  rmSync(lock, { force: true });
}

async function answers(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Creates a database unless it is there. */
export async function ensureDatabase(adminUrl, name) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
