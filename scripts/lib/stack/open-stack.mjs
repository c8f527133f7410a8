import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { PlainError, progress } from '../console.mjs';
import { developmentEnvironment } from '../environment.mjs';
import { fromRoot } from '../paths.mjs';
import { startPostgres } from '../postgres.mjs';
import { run, startPart, waitForPart } from '../processes.mjs';
import { readEnvExample } from './compose-file.mjs';
import { folderOfPrograms, nativeServices } from './native.mjs';

const JOB_TIME_MS = 180_000;

/** What .env would hold: invented secrets, and the simulator in the place of WhatsApp and HubSpot. */
export function stackValues() {
  return {
    ...readEnvExample(),
    ...developmentEnvironment({ databaseUrl: '', temporalAddress: '', ports: {}, dataDir: '', caller: {} }),
    PUBLIC_URL: 'http://api:3000',
    POLICY_FILE: 'policy/demo.yaml',
    WHATSAPP_BASE_URL: 'http://simulator:4010/whatsapp',
    HUBSPOT_BASE_URL: 'http://simulator:4010/hubspot',
  };
}

/**
 * Starts the services of docker-compose.yml as processes, in its order and with its jobs, each ready before the next one
 * that needs it. Gives the parts and their ports.
 */
export async function openStack({ supervisor, dataDir, appDir, programs, cliPath, native }) {
  const logFile = (name) => join(dataDir, 'logs', `${name}.log`);
  const tools = folderOfPrograms(join(dataDir, 'bin'), { ...programs, temporal: cliPath });
  const job = async (name, script) => {
    const env = native.environment(name);
    await run('sh', [fromRoot('deploy', script)], {
      env: { ...env, PATH: [tools, env.PATH].join(delimiter) },
      timeoutMs: JOB_TIME_MS,
    });
    progress(`${name} is done.`);
  };
  const start = (name, options) => supervisor.start({ name, logFile: logFile(name), ...options });
  const healthy = async (part) => {
    const { args, cwd } = native.healthCheck(part.name);
    const check = async () => (await run(process.execPath, args, { cwd, mayFail: true })).ok;
    await waitForPart(part, check, { what: 'it is healthy' });
    progress(`${part.name} is healthy.`);
    return part;
  };

  await openPostgres({ supervisor, dataDir, native, logFile: logFile('postgres') });
  await job('temporal-schema', 'temporal-schema.sh');
  start('temporal', {
    command: programs['temporal-server'],
    args: ['start'],
    env: native.environment('temporal'),
    cwd: dataDir,
  });
  await job('temporal-namespace', 'temporal-namespace.sh');
  const migration = native.product('migrate');
  await run(migration.command, migration.args, migration);
  progress('migrate is done.');
  const simulator = await healthy(start('simulator', native.product('simulator')));
  const [api, worker] = await Promise.all(
    ['api', 'worker'].map((name) => healthy(start(name, native.product(name)))),
  );
  return { simulator, api, worker };
}

/** Postgres with the roles and databases that deploy/postgres-init.sh makes when its volume is empty. */
async function openPostgres({ supervisor, dataDir, native, logFile }) {
  const postgres = await startPostgres({
    dataDir: join(dataDir, 'postgres'),
    port: native.ports.postgres,
    logFile,
    superuser: 'postgres',
    connectionsMax: native.connectionsMax,
  });
  supervisor.adopt(postgres.part, 'SIGINT');
  await postgres.ready();
  const client = new pg.Client({ connectionString: postgres.urlOf('postgres') });
  await client.connect();
  try {
    for (const statement of initStatements(native.environment('postgres'))) await client.query(statement);
  } finally {
    await client.end();
  }
  progress('postgres is healthy, with its roles and databases.');
}

/** The SQL of the script; psql itself, which runs it in the container, is not among the programs here. */
function initStatements(environment) {
  const script = readFileSync(fromRoot('deploy', 'postgres-init.sh'), 'utf8');
  const sql = /<<'SQL'\n([\s\S]+?)\nSQL\n/.exec(script)?.[1];
  if (sql === undefined) throw new PlainError('deploy/postgres-init.sh holds no SQL');
  const variables = new Map(
    [...sql.matchAll(/^\\getenv (\w+) (\w+)$/gm)].map(([, name, from]) => [name, environment[from]]),
  );
  return sql
    .replaceAll(/^\\getenv .*$/gm, '')
    .replaceAll(/:'(\w+)'/g, (_, name) => pg.escapeLiteral(variables.get(name)))
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
