import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { NUMBER_ID } from '../ingest/bodies';
import { createWorld } from '../ingest/world';
import type { World } from '../ingest/world';
import { Child } from '../support/child';
import { createTestDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { waitFor } from '../support/wait-for';
import { createExports } from './exports';
import type { Exports } from './exports';

/** More than a batch. */
const LINES = 1_200;

const EXAMPLE = join(__dirname, '..', '..', 'docs', 'import-example.csv');

let world: World;
let exports_: Exports;
let database: TestDatabase;
beforeAll(async () => {
  world = await createWorld();
  database = await createTestDatabase();
  exports_ = createExports(world.pool);
});
afterAll(async () => {
  await world.end();
  await database.drop();
  exports_.remove();
});

/** Starts the real command. */
function command(args: readonly string[], url: string = database.url): Child {
  return new Child({
    name: 'import',
    command: process.execPath,
    args: ['--import', 'tsx', 'api/import.ts', ...args],
    environment: { DATABASE_URL: url },
  });
}

/** Lets so many messages be written, and nobody write more until it is opened. */
async function closeGate(pool: Pool, count: number): Promise<() => Promise<void>> {
  const gate = await pool.connect();
  await gate.query(
    `create sequence written;
     create function stand_before_gate() returns trigger language plpgsql as $$ begin
       if nextval('written') > ${count} then perform pg_advisory_xact_lock_shared(1); end if;
       return new; end $$;
     create trigger gate before insert on message for each row execute function stand_before_gate();
     select pg_advisory_lock(1)`,
  );
  return async () => {
    await gate.query('drop function stand_before_gate cascade');
    gate.release(true);
  };
}

async function run(args: readonly string[]): Promise<{ log: string; ended: string | null }> {
  const child = command(args);
  await waitFor(() => child.howItEnded() !== null, { what: 'the import ends' });
  return { log: child.log(), ended: child.howItEnded() };
}

describe('npm run import', () => {
  it('imports the documented example, and finds all of it there the second time', async () => {
    const path = exports_.write('example.csv', '');
    copyFileSync(EXAMPLE, path);
    const first = await run([path, '--number', NUMBER_ID]);
    expect(first).toEqual({
      log: 'Done: read 5, imported 5, already there 0, rejected 0.\n',
      ended: 'ended with exit code 0',
    });
    const again = await run([path, '--number', NUMBER_ID]);
    expect(again.log).toBe('Done: read 5, imported 0, already there 5, rejected 0.\n');
    const pool = database.pool();
    const { rows } = await pool.query<Record<string, unknown>>(
      `select buyer.display_name as name, direction, author, type, text, sent_at
         from message join conversation on conversation.id = conversation_id join buyer on buyer.id = buyer_id
        order by sent_at`,
    );
    expect(rows).toMatchObject([
      { name: 'Nora Example', direction: 'inbound', author: 'buyer', text: 'Hello, do you have oak chairs?' },
      { name: 'Sam Sample', direction: 'outbound', author: 'agent:anna', type: 'image', text: null },
      {
        direction: 'outbound',
        author: 'agent:anna',
        text: 'Yes: six oak chairs are 1,150 GBP.\nShall I reserve them?',
      },
      { direction: 'inbound', author: 'buyer', text: 'Yes please' },
      { direction: 'inbound', text: 'Is the "Oslo" table still there?' },
    ]);
    // Both silences of ours ended with a reply that came late.
    const buyers = await pool.query(
      'select display_name as name, late_replies, expected_late_replies > 0 as has_expected from buyer order by 1',
    );
    expect(buyers.rows).toEqual([
      { name: 'Nora Example', late_replies: 1, has_expected: true },
      { name: 'Sam Sample', late_replies: 1, has_expected: true },
    ]);
  });

  it('ends with 2 when lines were rejected, and says where to read why', async () => {
    const path = exports_.write(
      'bad.csv',
      'phone,direction,time,text\nnobody,in,2026-03-02T10:00:00Z,Hello\n',
    );
    const { log, ended } = await run([path, '--number', NUMBER_ID]);
    expect(ended).toBe('ended with exit code 2');
    expect(log).toContain('rejected 1.');
    expect(log).toContain(`${path}.rejected.csv`);
  });

  it('ends with 1 and one clear message when it cannot go on', async () => {
    const path = exports_.write('header.csv', 'phone;when;text\n');
    const { log, ended } = await run([path]);
    expect(ended).toBe('ended with exit code 1');
    expect(log).toContain(
      'The header lacks: direction, time, phone_number_id (or --number on the command line). Found: phone, when, text.',
    );
  });

  it('checks a file without a database', async () => {
    const path = exports_.write('dry.csv', '');
    copyFileSync(EXAMPLE, path);
    const child = command([path, '--number', NUMBER_ID, '--dry-run'], '');
    await waitFor(() => child.howItEnded() !== null, { what: 'the check ends' });
    expect(child.log()).toBe('Checked, nothing written: read 5, good 5, rejected 0.\n');
    expect(existsSync(`${path}.rejected.csv`)).toBe(false);
  });

  it('killed in the middle and run again, it leaves what one run would have left', async () => {
    const lines = Array.from({ length: LINES }, (_, index) => {
      const phone = `4477009${String(index % 40).padStart(5, '0')}`;
      const time = 1_740_000_000 + index * 4_000;
      return `${phone},${index % 3 === 0 ? 'out' : 'in'},${time},Line ${index}`;
    });
    const path = exports_.write('long.csv', ['phone,direction,time,text', ...lines].join('\n'));
    await exports_.take(path);
    const state = (pool: Pick<World['pool'], 'query'>) =>
      pool.query(
        `select value, late_replies, expected_late_replies,
                (select count(*) from message join conversation on conversation.id = conversation_id
                  where conversation.buyer_id = buyer.id) as messages
           from buyer join buyer_identity on buyer_id = buyer.id where value like '4477009000%' order by value`,
      );
    const expected = await state(world.pool);
    const url = await createTestDatabase();
    try {
      const pool = url.pool();
      const opened = await closeGate(pool, LINES / 2);
      const killed = command([path, '--number', NUMBER_ID], url.url);
      await killed.becomes('before the gate', async () => {
        const waiting = await pool.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`,
        );
        return (waiting.rowCount ?? 0) > 0;
      });
      await killed.kill9();
      await opened();
      const some = await pool.query('select 1 from message');
      expect(some.rowCount).toBeGreaterThan(0);
      expect(some.rowCount).toBeLessThan(LINES);
      const again = command([path, '--number', NUMBER_ID], url.url);
      await waitFor(() => again.howItEnded() !== null, { what: 'the second run ends' });
      expect(again.howItEnded()).toBe('ended with exit code 0');
      expect((await state(pool)).rows).toEqual(expected.rows);
    } finally {
      await url.drop();
    }
  });
});
