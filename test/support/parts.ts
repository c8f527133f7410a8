import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from './api-client';
import { Child } from './child';
import { createTestDatabase } from './database';
import type { TestDatabase } from './database';
import { freePort } from './free-port';
import { isUp } from './http';
import { partEnvironment } from './part-environment';
import { testAddress } from './settings';
import { SimulatorClient } from './simulator-client';
import { createNamespace } from './temporal';

type PartKind = 'api' | 'worker' | 'simulator';
/** A part, or a second one of the kind. */
type PartName = PartKind | `${PartKind}-2`;

export type PartsOptions = {
  /** Started together; default: simulator, api, worker. */
  readonly parts?: readonly PartName[];
  readonly policyFile?: string;
  /** Settings that replace or extend the usual ones, e.g. a Temporal address of the test's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The parts log into the database as this role, which the test has made. */
  readonly databaseLogin?: { readonly user: string; readonly password: string };
};

export type Parts = {
  readonly api: ApiClient;
  readonly simulator: SimulatorClient;
  readonly database: TestDatabase;
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** Settings of the parts, for a test that opens clients of its own. */
  readonly environment: Readonly<Record<string, string>>;
  start(part: PartName): Promise<void>;
  stop(part: PartName): Promise<void>;
  kill9(part: PartName): Promise<void>;
  restart(part: PartName): Promise<void>;
  /** The process of a part: its log, freeze and thaw. */
  process(part: PartName): Child;
  /** Stops all parts, last started first, and removes the database. */
  close(): Promise<void>;
};

/** Starts parts of the product and the simulator as processes, with a database and a namespace of their own. */
export async function startParts(options: PartsOptions = {}): Promise<Parts> {
  const folder = await mkdtemp(join(tmpdir(), 'continuo-test-parts-'));
  const [database, temporal] = await Promise.all([
    createTestDatabase(),
    temporalFor(options.environment ?? {}),
  ]);
  const ports = {
    api: await freePort(),
    'api-2': await freePort(),
    simulator: await freePort(),
    'simulator-2': await freePort(),
  };
  const environment = {
    ...partEnvironment({ databaseUrl: urlFor(database.url, options.databaseLogin), temporal, ports, folder }),
    ...(options.policyFile === undefined ? {} : { POLICY_FILE: options.policyFile }),
    ...options.environment,
  };
  const running = new Map<PartName, Child>();
  const parts = controls({ running, environment, ports });
  const close = async (): Promise<void> => {
    for (const part of [...running.keys()].reverse()) await parts.stop(part);
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await startAll(parts, options.parts ?? ['simulator', 'api', 'worker']);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...parts,
    api: new ApiClient(`http://127.0.0.1:${ports.api}`),
    simulator: new SimulatorClient(`http://127.0.0.1:${ports.simulator}`),
    database,
    temporal,
    environment,
    close,
  };
}

function urlFor(databaseUrl: string, login: PartsOptions['databaseLogin']): string {
  const url = new URL(databaseUrl);
  if (login !== undefined) Object.assign(url, { username: login.user, password: login.password });
  return url.href;
}

/** Waits for all before it reports the first that failed, so that the caller can stop every one of them. */
async function startAll(parts: Controls, names: readonly PartName[]): Promise<void> {
  const outcomes = await Promise.allSettled(names.map((name) => parts.start(name)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function temporalFor(environment: Readonly<Record<string, string>>): Promise<Parts['temporal']> {
  const address = environment['TEMPORAL_ADDRESS'] ?? testAddress('TEST_TEMPORAL_ADDRESS');
  return { address, namespace: environment['TEMPORAL_NAMESPACE'] ?? (await createNamespace(address)) };
}

type Controls = Pick<Parts, 'start' | 'stop' | 'kill9' | 'restart' | 'process'>;
type ControlsInput = {
  readonly running: Map<PartName, Child>;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<Exclude<PartName, 'worker' | 'worker-2'>, number>>;
};

function controls({ running, environment, ports }: ControlsInput): Controls {
  const processOf = (part: PartName): Child => {
    const child = running.get(part);
    if (child === undefined) throw new Error(`The part ${part} was not started or is stopped.`);
    return child;
  };
  const start = async (part: PartName): Promise<void> => {
    if (running.has(part)) throw new Error(`The part ${part} runs already.`);
    const own = part === 'api-2' ? { API_PORT: String(ports[part]) } : {};
    const child = startChild(part, { ...environment, ...own });
    running.set(part, child);
    await becomesReady(child, part, ports);
  };
  const end = async (part: PartName, how: 'stop' | 'kill9'): Promise<void> => {
    const child = processOf(part);
    running.delete(part);
    await child[how]();
  };
  return {
    process: processOf,
    start,
    stop: (part) => end(part, 'stop'),
    kill9: (part) => end(part, 'kill9'),
    restart: async (part) => {
      if (running.has(part)) await end(part, 'stop');
      await start(part);
    },
  };
}

function startChild(part: PartName, environment: Readonly<Record<string, string>>): Child {
  const kind = part.replace(/-2$/, '');
  // One process, not tsx's two: kill -9 must hit the part itself.
  return new Child({
    name: part,
    command: process.execPath,
    args: ['--import', 'tsx', `${kind}/main.ts`],
    environment,
  });
}

async function becomesReady(child: Child, part: PartName, ports: ControlsInput['ports']): Promise<void> {
  if (part === 'worker' || part === 'worker-2') {
    await child.becomes('running', () => child.log().includes('"msg":"worker running"'));
    return;
  }
  await child.becomes('live', () => isUp(`http://127.0.0.1:${ports[part]}/health/live`));
}
