import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Child } from '../support/child';
import { createTestDatabase } from '../support/database';
import { startParts } from '../support/parts';
import type { Parts } from '../support/parts';
import { waitFor } from '../support/wait-for';

const ENDED_WELL = 'ended with exit code 0';
const END = { timeoutMs: 30_000, what: 'the end' };

let parts: Parts;
beforeAll(async () => {
  parts = await startParts({ parts: [] });
});
afterAll(() => parts.close());

function start(file: string, how: { args?: string[]; environment?: Record<string, string> } = {}): Child {
  return new Child({
    name: file,
    command: process.execPath,
    args: [...(how.args ?? []), ...(file.endsWith('.ts') ? ['--import', 'tsx'] : []), file],
    environment: { ...parts.environment, ...how.environment },
  });
}

describe('a part that is told to end', () => {
  it.each([
    ['api/main.ts', 'express'],
    ['worker/main.ts', '@temporalio/worker'],
    ['simulator/main.ts', 'express'],
  ])('while it loads its packages (%s, %s) ends well', async (file, END_AT) => {
    const args = ['--require', './test/support/end-while-loading.cjs'];
    const child = start(file, { args, environment: { END_AT } });
    expect(await waitFor(() => child.howItEnded(), END)).toBe(ENDED_WELL);
  });

  it('while it waits for a Postgres that never answers (the worker) ends at once, and well', async () => {
    const waiting: Socket[] = [];
    const server = createServer((socket) => waiting.push(socket));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const DATABASE_URL = `postgres://nobody@127.0.0.1:${port}/none`;
    const child = start('worker/main.ts', { environment: { DATABASE_URL } });
    await child.becomes('waiting for Postgres', () => waiting.length > 0);
    expect(await child.stop()).toBe(ENDED_WELL);
    for (const socket of waiting) socket.destroy();
    server.close();
  });

  it('while it migrates brings that to its end first', async () => {
    const database = await createTestDatabase();
    // Connections of their own: a transaction sees the activity of others as it was at its first look.
    const [holders, watcher] = [database.pool(), database.pool()];
    // As if a migration of another process were under way.
    const holder = await holders.connect();
    await holder.query('begin; lock table schema_migration in access exclusive mode');
    const environment = { DATABASE_URL: database.url };
    const child = start('scripts/migrate.mjs', { environment });
    await child.becomes('waiting', async () => {
      const { rowCount } = await watcher.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    });
    const end = child.stop();
    await holder.query('commit');
    holder.release();
    expect(await end).toBe(ENDED_WELL);
    expect(child.log()).toContain('The schema is up to date.');
    await database.drop();
  });
});

it.each(['api/main.ts', 'worker/main.ts'])(
  'a part that cannot read the settings of Temporal (%s) says so in one line',
  async (file) => {
    const environment = {
      TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere',
      TEMPORAL_TLS_CLIENT_KEY_PATH: '/nowhere',
    };
    const child = start(file, { environment });
    expect(await waitFor(() => child.howItEnded(), END)).toBe('ended with exit code 1');
    expect(child.log().trimEnd().split('\n').at(-1)).toMatch(
      /^The settings of Temporal cannot be used \(ENOENT\): check .*TEMPORAL_TLS_CLIENT_CERT_PATH/,
    );
  },
);
