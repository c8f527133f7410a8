import { Child } from '../support/child';
import { createTestDatabase, dropTestDatabase } from '../support/database';
import { http } from '../support/http';
import { startParts } from '../support/parts';
import { createNamespace, startPrivateTemporal, temporalCli } from '../support/temporal';
import { testAddress } from '../support/settings';
import { waitFor } from '../support/wait-for';

describe('the test harness', () => {
  it('gives each test a migrated database of its own and removes it', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const pool = one.pool();
    const { rows } = await pool.query<{ count: number }>(
      'select count(*)::int as count from schema_migration',
    );
    expect(rows[0]?.count).toBeGreaterThan(0);
    expect(one.url).not.toBe(other.url);
    await Promise.all([one.drop(), other.drop()]);
    await expect(one.pool().query('select 1')).rejects.toThrow('does not exist');
  });

  it('never removes a database that is not for tests', async () => {
    await expect(dropTestDatabase('continuo')).rejects.toThrow('not the name of a test database');
  });

  it('gives a namespace of its own in which the search attributes work at once', async () => {
    const address = testAddress('TEST_TEMPORAL_ADDRESS');
    const namespace = await createNamespace();
    const start = ['workflow', 'start', '--namespace', namespace, '--type', 'none', '--task-queue', 'none'];
    await temporalCli(
      address,
      ...start,
      '--search-attribute',
      'NumberId="1"',
      '--search-attribute',
      'NeedsHuman=true',
    );
    const listed = await waitFor(
      async () => {
        const text = await temporalCli(
          address,
          'workflow',
          'list',
          '--namespace',
          namespace,
          '--query',
          'NumberId="1"',
        );
        return text.includes('Running');
      },
      { what: 'the started workflow in the list' },
    );
    expect(listed).toBe(true);
  });

  it('has a private Temporal that keeps its state over kill -9 and can lose it on purpose', async () => {
    const temporal = await startPrivateTemporal();
    const count = (): Promise<string> =>
      temporalCli(temporal.address, 'workflow', 'count', '--query', 'NumberId="1"');
    try {
      const start = [
        'workflow',
        'start',
        '--type',
        'none',
        '--task-queue',
        'none',
        '--search-attribute',
        'NumberId="1"',
      ];
      await temporalCli(temporal.address, ...start);
      await temporal.server().kill9();
      await temporal.restart();
      expect(await count()).toContain('1');
      await temporal.restart('empty');
      expect(await count()).toContain('0');
    } finally {
      await temporal.close();
    }
  });

  it('says why a part died before it was ready', async () => {
    const child = new Child({
      name: 'short',
      command: process.execPath,
      args: ['-e', 'console.log("no port"); process.exit(3)'],
    });
    await expect(child.becomes('ready', () => false)).rejects.toThrow(
      /short ended with exit code 3.*\n.*\nno port/,
    );
  });

  it('refuses the outside world, in tests and in the parts they start', async () => {
    await expect(http('http://192.0.2.1/', { timeoutMs: 1_000 })).rejects.toThrow();
    const fetched = 'fetch("http://192.0.2.1").catch((e) => console.log(e.cause?.message ?? e.message))';
    const child = new Child({
      name: 'outside',
      command: process.execPath,
      args: ['--require', './test/support/network-guard.cjs', '-e', fetched],
    });
    await waitFor(() => child.howItEnded(), { what: 'its end' });
    expect(child.log()).toContain('tests may talk to this machine only');
  });

  it('starts the parts, ends one the hard way, starts it again and stops all', async () => {
    const parts = await startParts();
    try {
      await parts.kill9('worker');
      await parts.restart('worker');
      await parts.simulator.write({
        from: { wa_id: '447700900990', name: 'Ada Test' },
        text: 'How much is a chair?',
      });
      const reply = await waitFor(async () => (await parts.simulator.received('447700900990'))[0], {
        what: 'a reply',
      });
      expect(reply.direction).toBe('out');
      expect((await parts.api.conversationWith('447700900990')).owner).toBe('automation');
    } finally {
      await parts.close();
    }
  });
});
