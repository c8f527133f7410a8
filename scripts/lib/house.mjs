import { join } from 'node:path';
import { progress } from './console.mjs';
import { developmentEnvironment } from './environment.mjs';
import { migrate } from './migrations.mjs';
import { ROOT } from './paths.mjs';
import { ensureDatabase, startPostgres } from './postgres.mjs';
import { waitForLog, waitForPart } from './processes.mjs';
import { startTemporal } from './temporal-server.mjs';

const DATABASE = 'continuo';

/**
 * Starts every part in the order in which they need each other, and gives their addresses once all are ready, with a
 * hand on each part. `settings` replace or extend those of development.
 */
export async function openHouse({
  supervisor,
  cliPath,
  dataDir,
  ports,
  databaseUrl: givenDatabaseUrl = null,
  settings = {},
}) {
  const place = { supervisor, cliPath, dataDir, ports };
  const parts = new Parts(supervisor);
  parts.has('temporal', (logFile) => startTemporalPart(place, logFile));
  const [databaseUrl] = await Promise.all([
    givenDatabaseUrl ?? openDatabase(parts, place),
    parts.start('temporal').then(() => progress('Temporal is up.')),
  ]);
  const applied = await migrate({ databaseUrl, log: progress });
  progress(applied.length === 0 ? 'The schema is up to date.' : `Migrations applied: ${applied.join(', ')}`);
  const temporalAddress = `127.0.0.1:${ports.temporal}`;
  const env = { ...developmentEnvironment({ databaseUrl, temporalAddress, ports, dataDir }), ...settings };
  await openProduct(parts, { ...place, env });
  return { databaseUrl, env, ports, temporalAddress, cliPath, parts };
}

/** The parts of a house by name: how each is started, and the process that is it now. */
class Parts {
  #supervisor;
  #starters = new Map();
  #running = new Map();
  #starts = new Map();

  constructor(supervisor) {
    this.#supervisor = supervisor;
  }

  /** Tells how a part is started: `start` gets the name of its log, and gives the part once it is ready. */
  has(name, start) {
    this.#starters.set(name, start);
  }

  /** Starts a part and waits until it is ready; each start has a log of its own. */
  async start(name) {
    const count = (this.#starts.get(name) ?? 0) + 1;
    this.#starts.set(name, count);
    const part = await this.#starters.get(name)(count === 1 ? name : `${name}.${count}`);
    this.#running.set(name, part);
    return part;
  }

  /** Ends a part the way a power cut would; it can be started again on its data. */
  async kill9(name) {
    await this.#supervisor.kill9(this.#running.get(name));
  }
}

function logOf({ dataDir }, name) {
  return join(dataDir, 'logs', `${name}.log`);
}

async function startTemporalPart(place, logName) {
  const { supervisor, cliPath, ports, dataDir } = place;
  const temporal = startTemporal({
    cliPath,
    port: ports.temporal,
    uiPort: ports.temporalUi,
    dbFile: join(dataDir, 'temporal.db'),
    logFile: logOf(place, logName),
  });
  supervisor.adopt(temporal.part);
  await temporal.ready();
  return temporal.part;
}

async function openDatabase(parts, place) {
  let postgres;
  parts.has('postgres', async (logName) => {
    postgres = await startPostgres({
      dataDir: join(place.dataDir, 'postgres'),
      port: place.ports.postgres,
      logFile: logOf(place, logName),
    });
    place.supervisor.adopt(postgres.part, 'SIGINT');
    await postgres.ready();
    return postgres.part;
  });
  await parts.start('postgres');
  await ensureDatabase(postgres.urlOf('postgres'), DATABASE);
  progress(`Postgres is up; its data are in ${postgres.dataDir}.`);
  return postgres.urlOf(DATABASE);
}

async function openProduct(parts, place) {
  const { supervisor, env, ports } = place;
  const product = (name, isReady) =>
    parts.has(name, async (logName) => {
      const part = supervisor.start({
        name,
        command: process.execPath,
        args: ['--import', 'tsx', `${name}/main.ts`],
        env,
        cwd: ROOT,
        logFile: logOf(place, logName),
      });
      await isReady(part);
      return part;
    });
  const answers = (url) => (part) => waitForPart(part, () => isUp(url), { what: `${url} answers` });
  product('simulator', answers(`http://127.0.0.1:${ports.simulator}/health/live`));
  product('api', answers(`http://127.0.0.1:${ports.api}/health/ready`));
  product('worker', (part) => waitForLog(part, /"msg":"worker running"/));
  await Promise.all([
    parts.start('simulator').then(() => progress('The simulator is up.')),
    parts.start('api').then(() => progress('The API is up.')),
    parts.start('worker').then(() => progress('The worker is up.')),
  ]);
}

async function isUp(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Addresses for the person at the screen. */
export function addressesOf({ ports, databaseUrl }) {
  return [
    ['API', `http://127.0.0.1:${ports.api}`],
    ['Temporal UI', `http://127.0.0.1:${ports.temporalUi}`],
    ['Simulator', `http://127.0.0.1:${ports.simulator}`],
    ['Temporal', `127.0.0.1:${ports.temporal}`],
    ['Postgres', databaseUrl],
  ];
}
