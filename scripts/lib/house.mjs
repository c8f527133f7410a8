import { join } from 'node:path';
import { progress } from './console.mjs';
import { developmentEnvironment } from './environment.mjs';
import { migrate } from './migrations.mjs';
import { ROOT } from './paths.mjs';
import { ensureDatabase, startPostgres } from './postgres.mjs';
import { waitForLog, waitForPart } from './processes.mjs';
import { startTemporal } from './temporal-server.mjs';

const DATABASE = 'continuo';

/** Starts every part in the order in which they need each other, and gives their addresses once all are ready. */
export async function openHouse({
  supervisor,
  cliPath,
  dataDir,
  ports,
  databaseUrl: givenDatabaseUrl = null,
}) {
  const logFile = (name) => join(dataDir, 'logs', `${name}.log`);
  const temporal = startTemporal({
    cliPath,
    port: ports.temporal,
    uiPort: ports.temporalUi,
    dbFile: join(dataDir, 'temporal.db'),
    logFile: logFile('temporal'),
  });
  supervisor.adopt(temporal.part);
  const [databaseUrl] = await Promise.all([
    givenDatabaseUrl ??
      openDatabase({ supervisor, dataDir, port: ports.postgres, logFile: logFile('postgres') }),
    temporal.ready().then(() => progress('Temporal is up.')),
  ]);
  const applied = await migrate({ databaseUrl, log: progress });
  progress(applied.length === 0 ? 'The schema is up to date.' : `Migrations applied: ${applied.join(', ')}`);
  const env = developmentEnvironment({ databaseUrl, temporalAddress: temporal.address, ports, dataDir });
  await openProduct({ supervisor, env, ports, logFile });
  return { databaseUrl, env, ports, temporalAddress: temporal.address };
}

async function openDatabase({ supervisor, dataDir, port, logFile }) {
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port, logFile });
  supervisor.adopt(postgres.part, 'SIGINT');
  await postgres.ready();
  await ensureDatabase(postgres.urlOf('postgres'), DATABASE);
  progress(`Postgres is up; its data are in ${postgres.dataDir}.`);
  return postgres.urlOf(DATABASE);
}

async function openProduct({ supervisor, env, ports, logFile }) {
  const start = (name) =>
    supervisor.start({
      name,
      command: process.execPath,
      args: ['--import', 'tsx', `${name}/main.ts`],
      env,
      cwd: ROOT,
      logFile: logFile(name),
    });
  const simulator = start('simulator');
  const api = start('api');
  const worker = start('worker');
  const answers = (part, url) => waitForPart(part, () => isUp(url), { what: `${url} answers` });
  await Promise.all([
    answers(simulator, `http://127.0.0.1:${ports.simulator}/health/live`).then(() =>
      progress('The simulator is up.'),
    ),
    answers(api, `http://127.0.0.1:${ports.api}/health/ready`).then(() => progress('The API is up.')),
    waitForLog(worker, /"msg":"worker running"/).then(() => progress('The worker is up.')),
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
