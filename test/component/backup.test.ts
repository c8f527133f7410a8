import { mkdir, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Child } from '../support/child';
import { dropTestDatabase } from '../support/database';
import { testAddress } from '../support/settings';
import { createNamespace } from '../support/temporal';
import { waitFor } from '../support/wait-for';
import { openHouse } from './house';
import type { House } from './house';

const RESTORED = `continuo_test_restored_${process.pid}`;

let folder: string;
let backup: string;
let house: House;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'continuo-test-backup-'));
  backup = join(folder, 'backup');
  house = await openHouse();
  const [one, other] = [house.buyer('Ädä "Quote" \\N'), house.buyer()];
  await one.write('How much is\tthe set?\n\\.\nAnd the chair?');
  await other.write('Do you deliver?');
  await one.receives(1);
  await other.receives(1);
  await one.command('pause', { forever: true });
});
afterAll(async () => {
  await house.close();
  await dropTestDatabase(RESTORED);
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command of the product to its end. */
async function run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Child> {
  const child = new Child({ name: args.join(' '), command: process.execPath, args, environment });
  await waitFor(() => child.howItEnded(), { what: `the end of ${args.join(' ')}` });
  return child;
}

const backUp = () =>
  run(['scripts/backup.mjs', backup], { DATABASE_URL: house.database.url, ...media('from') });
const restore = (from = backup) =>
  run(['scripts/restore.mjs', from], { DATABASE_URL: urlOf(RESTORED), ...media('to') });
const media = (name: string) => ({ MEDIA_FOLDER: join(folder, `media-${name}`) });

function urlOf(database: string): string {
  const url = new URL(testAddress('TEST_DATABASE_ADMIN_URL'));
  url.pathname = `/${database}`;
  return url.href;
}

async function createEmpty(): Promise<void> {
  await dropTestDatabase(RESTORED);
  const client = new Client({ connectionString: testAddress('TEST_DATABASE_ADMIN_URL') });
  await client.connect();
  await client.query(`create database ${RESTORED}`);
  await client.end();
}

/** Every row of every table, as one digest each; migrations apart from the time at which they ran. */
async function contents(databaseUrl: string): Promise<Record<string, string>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' order by 1",
    );
    const found: Record<string, string> = {};
    for (const { name } of tables) {
      const row =
        name === 'schema_migration' ? 'row_to_json(t)::jsonb - array[$$run_on$$]' : 'row_to_json(t)';
      const { rows } = await client.query<{ digest: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg((${row})::text, ',' order by (${row})::text)), '') as digest
           from ${name} t`,
      );
      found[name] = rows[0]?.digest ?? '';
    }
    return found;
  } finally {
    await client.end();
  }
}

it('brings back every row and file, in a database in which work goes on', async () => {
  for (const part of ['worker', 'api'] as const) await house.stop(part);
  await writeFile(join(await mediaFrom(), 'file'), 'picture');
  const before = await contents(house.database.url);
  const made = await backUp();
  expect([made.howItEnded(), made.log()]).toEqual([
    'ended with exit code 0',
    expect.stringMatching(/^\d+ rows of \d+ tables are in /),
  ]);
  await createEmpty();
  const done = await restore();
  expect([done.howItEnded(), done.log()]).toEqual([
    'ended with exit code 0',
    expect.stringContaining('npm run rebuild'),
  ]);
  expect(await contents(urlOf(RESTORED))).toEqual(before);
  expect(await readFile(join(folder, 'media-to', 'file'), 'utf8')).toBe('picture');
});

async function mediaFrom(): Promise<string> {
  await mkdir(join(folder, 'media-from'), { recursive: true });
  return join(folder, 'media-from');
}

it('is for nobody else’s eyes', async () => {
  expect((await stat(backup)).mode & 0o077).toBe(0);
  for (const file of (await readdir(backup)).filter((name) => name.endsWith('.gz') || name.endsWith('.json')))
    expect((await stat(join(backup, file))).mode & 0o077).toBe(0);
});

it('gives new rows numbers above those that came', async () => {
  const client = new Client({ connectionString: urlOf(RESTORED) });
  await client.connect();
  const { rows } = await client.query<{ isNew: boolean }>(
    `with added as (insert into webhook_body (source, sha256, body) values ('whatsapp', '\\x00', '\\x00') returning id)
     select id > (select max(id) from webhook_body) as "isNew" from added`,
  );
  await client.query("delete from webhook_body where sha256 = '\\x00'");
  await client.end();
  expect(rows).toEqual([{ isNew: true }]);
});

it('lets an empty Temporal be filled again by a rebuild', async () => {
  const environment = { ...house.environment, TEMPORAL_NAMESPACE: await createNamespace() };
  const rebuilt = await run(['--import', 'tsx', 'api/rebuild.ts'], {
    ...environment,
    DATABASE_URL: urlOf(RESTORED),
  });
  expect(rebuilt.howItEnded()).toBe('ended with exit code 0');
  expect(rebuilt.log()).toContain('done: all of them were handed over to Temporal');
});

it('refuses a database that holds something, and a folder that does', async () => {
  const again = await restore();
  expect([again.howItEnded(), again.log()]).toEqual([
    'ended with exit code 1',
    expect.stringContaining('is not empty: create a new one'),
  ]);
  expect((await backUp()).log()).toContain('is not empty: name a new folder');
});

it('refuses a backup that is damaged or not complete, and leaves the database empty', async () => {
  await createEmpty();
  await truncate(join(backup, 'message.copy.gz'), 10);
  expect((await restore()).log()).toContain('message.copy.gz has changed');
  await rm(join(backup, 'message.copy.gz'));
  expect((await restore()).log()).toContain('message.copy.gz is missing');
  await rm(join(backup, 'manifest.json'));
  expect((await restore()).log()).toContain('is no complete backup');
  expect(await contents(urlOf(RESTORED))).toEqual({});
});
