import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../paths.mjs';
import { anyFreePorts } from '../ports.mjs';
import { readComposeFile } from './compose-file.mjs';
import { environmentOfImage } from './dockerfile.mjs';

/** A port on this machine for each port of a container that another part or a person calls. */
const CONTAINER_PORTS = {
  postgres: 5432,
  temporal: 7233,
  temporalMetrics: 9467,
  api: 3000,
  apiMetrics: 9464,
  workerMetrics: 9465,
  workerTemporalMetrics: 9466,
  simulator: 4010,
};
/** Ports of Temporal that stay inside its container, where no other program is in the way. */
const TEMPORAL_INNER = [
  ...['FRONTEND_MEMBERSHIP_PORT', 'FRONTEND_HTTP_PORT', 'MATCHING_GRPC_PORT', 'MATCHING_MEMBERSHIP_PORT'],
  ...['HISTORY_GRPC_PORT', 'HISTORY_MEMBERSHIP_PORT', 'WORKER_GRPC_PORT', 'WORKER_MEMBERSHIP_PORT'],
];

/**
 * The services of docker-compose.yml for processes of this machine: the same commands and the same environment, with hosts,
 * ports and folders of this machine in the place of those of containers.
 */
export async function nativeServices({ values, dataDir, appDir }) {
  const ports = await anyFreePorts(Object.keys(CONTAINER_PORTS));
  const inner = await anyFreePorts(TEMPORAL_INNER);
  const { services } = readComposeFile(values);
  const toHere = (text) => {
    let here = text
      .replaceAll('/data/media', join(dataDir, 'media'))
      .replaceAll('/data/simulator', join(dataDir, 'simulator'))
      .replaceAll('/etc/temporal/dynamic.yaml', fromRoot('deploy', 'temporal-dynamic.yaml'))
      .replaceAll('0.0.0.0', '127.0.0.1');
    for (const [name, port] of Object.entries(CONTAINER_PORTS))
      here = here
        .replace(
          new RegExp(`(^|[@/])(postgres|temporal|api|simulator|127\\.0\\.0\\.1):${port}(?!\\d)`, 'g'),
          `$1127.0.0.1:${ports[name]}`,
        )
        .replace(new RegExp(`^${port}$`), String(ports[name]));
    return here === 'postgres' ? '127.0.0.1' : here;
  };
  const environmentOf = (name) =>
    Object.fromEntries(
      Object.entries(services[name].environment).map(([key, value]) => [key, toHere(value)]),
    );
  const base = { PATH: process.env.PATH, HOME: process.env.HOME };
  const temporalExtra = { FRONTEND_GRPC_PORT: String(ports.temporal), ...mapValues(inner, String) };
  return {
    ports,
    connectionsMax: /max_connections=(\d+)/.exec(services.postgres.command.join(' '))[1],
    /** How long a container of the service is given to end. */
    graceMs: (name) => Number.parseInt(services[name].stop_grace_period, 10) * 1_000,
    shards: services.temporal.environment.NUM_HISTORY_SHARDS,
    temporalVersion: /:(\d+\.\d+\.\d+)/.exec(services.temporal.image)[1],
    /** Program, arguments and environment of a part of the product, as its container has them. */
    product: (name) => ({
      command: process.execPath,
      args: services[name].command.slice(1),
      cwd: appDir,
      env: { ...base, ...mapValues(environmentOfImage(), toHere), ...environmentOf(name) },
    }),
    /** Arguments of the health check of a part. */
    healthCheck: (name) => ({ args: services[name].healthcheck.test.slice(2).map(toHere), cwd: appDir }),
    environment: (name) => ({
      ...base,
      ...environmentOf(name),
      ...(name === 'temporal' ? temporalExtra : {}),
    }),
  };
}

/** A folder for the PATH in which programs have the names that the scripts of deploy/ call. */
export function folderOfPrograms(folder, programs) {
  mkdirSync(folder, { recursive: true });
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(folder, name));
  return folder;
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
