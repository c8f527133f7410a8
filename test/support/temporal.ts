import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child';
import { freePort } from './free-port';
import { testAddress } from './settings';
import { PATIENCE_MS } from './wait-for';

const runFile = promisify(execFile);

/** The attributes the product writes; they are registered on every namespace that tests use. */
export const SEARCH_ATTRIBUTES = {
  ConversationStatus: 'Keyword',
  Owner: 'Keyword',
  NeedsHuman: 'Bool',
  NextActionAt: 'Datetime',
  NumberId: 'Keyword',
} as const;

/** Runs the Temporal CLI against a server and gives what it printed. */
export async function temporalCli(address: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await runFile(testAddress('TEST_TEMPORAL_CLI_PATH'), [...args, '--address', address], {
    timeout: PATIENCE_MS,
  });
  return stdout;
}

/** A namespace of its own for one test file, with the search attributes registered. */
export async function createNamespace(
  address: string = testAddress('TEST_TEMPORAL_ADDRESS'),
): Promise<string> {
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  await temporalCli(
    address,
    'operator',
    'namespace',
    'create',
    '--namespace',
    namespace,
    '--retention',
    '72h',
  );
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    '--name',
    name,
    '--type',
    type,
  ]);
  await temporalCli(
    address,
    'operator',
    'search-attribute',
    'create',
    '--namespace',
    namespace,
    ...attributes,
  );
  return namespace;
}

export type PrivateTemporal = {
  readonly address: string;
  /** Its web page; null when it was started without one. */
  readonly uiUrl: string | null;
  /** The process itself: `stop`, `kill9`, `freeze`, `thaw`. */
  server(): Child;
  /** Starts it again on the same port; `empty` forgets every workflow first, as after a lost database. */
  restart(how?: 'same' | 'empty'): Promise<void>;
  close(): Promise<void>;
};

/** A Temporal dev server of the test's own, for tests in which Temporal is away, hangs or has lost its memory. */
export async function startPrivateTemporal({ hasUi = false } = {}): Promise<PrivateTemporal> {
  const folder = await mkdtemp(join(tmpdir(), 'continuo-test-temporal-'));
  const dbFile = join(folder, 'temporal.db');
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const uiPort = hasUi ? await freePort() : null;
  let server = await startServer({ port, uiPort, dbFile });
  return {
    address,
    uiUrl: uiPort === null ? null : `http://127.0.0.1:${uiPort}`,
    server: () => server,
    restart: async (how = 'same') => {
      if (server.howItEnded() === null) await server.stop();
      if (how === 'empty')
        await Promise.all(['', '-wal', '-shm'].map((end) => rm(dbFile + end, { force: true })));
      server = await startServer({ port, uiPort, dbFile });
    },
    close: async () => {
      if (server.howItEnded() === null) await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startServer(place: {
  readonly port: number;
  readonly uiPort: number | null;
  readonly dbFile: string;
}): Promise<Child> {
  const { port, uiPort, dbFile } = place;
  const address = `127.0.0.1:${port}`;
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([n, type]) => [
    '--search-attribute',
    `${n}=${type}`,
  ]);
  const server = new Child({
    name: 'temporal',
    command: testAddress('TEST_TEMPORAL_CLI_PATH'),
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port)],
      ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
      ...['--log-level', 'error', '--db-filename', dbFile, ...attributes],
    ],
  });
  await server.becomes('serving', async () => {
    const list = await temporalCli(address, 'operator', 'search-attribute', 'list', '--namespace', 'default');
    return Object.keys(SEARCH_ATTRIBUTES).every((name) => list.includes(name));
  });
  return server;
}
