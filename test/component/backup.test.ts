import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Client } from 'pg';
import { readApiConfig } from '../../platform/config';
import { Child } from '../support/child';
import { dropTestDatabase } from '../support/database';
import { testAddress } from '../support/settings';
import { createNamespace } from '../support/temporal';
import { waitFor } from '../support/wait-for';
import { openHouse } from './house';
import type { House } from './house';

const RESTORED = `continuo_test_restored_${process.pid}`;
/** Database and role of the recipe in docs/deploy.md. */
const LIVE = `continuo_test_live_${process.pid}`;
const PASSWORD = 'letters-and-digits';

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
  for (const name of [RESTORED, LIVE, `${LIVE}_restored`, `${LIVE}_before`]) await dropTestDatabase(name);
  await asAdmin(`drop role if exists ${LIVE}`);
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
  await asAdmin(`create database ${RESTORED}`);
}

async function asAdmin(statement: string): Promise<void> {
  const client = new Client({ connectionString: testAddress('TEST_DATABASE_ADMIN_URL') });
  await client.connect();
  await client.query(statement);
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
  for (const words of ['picture', 'voice']) await keep(words);
  await mkdir(join(folder, 'media-from', 'incoming'));
  await writeFile(join(folder, 'media-from', 'incoming', 'half'), 'of a fi');
  const before = await contents(house.database.url);
  const made = await backUp();
  expect([made.howItEnded(), made.log()]).toEqual([
    'ended with exit code 0',
    expect.stringMatching(
      /^\d+ rows of \d+ tables are in .*\nand 2 files of buyers \(12 bytes\) from .*media-from/,
    ),
  ]);
  await createEmpty();
  const done = await restore();
  expect([done.howItEnded(), done.log()]).toEqual([
    'ended with exit code 0',
    expect.stringContaining('npm run rebuild'),
  ]);
  expect(await contents(urlOf(RESTORED))).toEqual(before);
  expect(done.log()).toMatch(/and 2 files of buyers \(12 bytes\) to .*media-to/);
  for (const words of ['picture', 'voice'])
    expect(await readFile(join(folder, 'media-to', keyOf(words)), 'utf8')).toBe(words);
  expect(await readdir(join(folder, 'media-to'))).not.toContain('incoming');
});

/** Where the product keeps content: by its digest. */
function keyOf(words: string): string {
  const digest = createHash('sha256').update(words).digest('hex');
  return `${digest.slice(0, 2)}/${digest}`;
}

/** A file of a buyer, in its folder and in a row. */
async function keep(words: string): Promise<void> {
  const file = join(folder, 'media-from', keyOf(words));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, words);
  await house.rows(
    `insert into media (message_id, kind, status, whatsapp_media_id, mime_type, size_bytes, storage_key, announced_at, due_at)
     select id, 'image', 'stored', $1, 'image/jpeg', $2, $3, now(), now() from message limit 1`,
    [words, words.length, keyOf(words)],
  );
}

it('tells of files that rows name and that are not there, and ends when that is all of them', async () => {
  const other = join(folder, 'media-other');
  const backUpFrom = (name: string) =>
    run(['scripts/backup.mjs', join(folder, name)], {
      DATABASE_URL: house.database.url,
      MEDIA_FOLDER: other,
    });
  const none = await backUpFrom('without-files');
  expect([none.howItEnded(), none.log()]).toEqual([
    'ended with exit code 1',
    expect.stringContaining('Rows name 2 files of buyers, and none of them is in '),
  ]);
  expect(await readdir(join(folder, 'without-files'))).not.toContain('manifest.json');
  await mkdir(dirname(join(other, keyOf('voice'))), { recursive: true });
  await writeFile(join(other, keyOf('voice')), 'voice');
  const one = await backUpFrom('with-one-file');
  expect(one.log()).toMatch(/and 1 files of buyers.*\nNOT in it: 1 files that rows name/);
});

it('takes the folder that the product takes when MEDIA_FOLDER is not set', async () => {
  const bare = await run(['scripts/backup.mjs', join(folder, 'bare')], {
    DATABASE_URL: house.database.url,
    MEDIA_FOLDER: '',
  });
  const folderOfProduct = resolve(readApiConfig({ ...house.environment, MEDIA_FOLDER: '' }).MEDIA_FOLDER);
  expect(bare.log()).toContain(`in ${folderOfProduct}: set MEDIA_FOLDER`);
});

it('is restored beside the database in use, and takes its place, by the recipe of docs/deploy.md', async () => {
  const recipe = await recipeOfCompose();
  // As docker-compose.yml leaves it: a role without further rights, whose database is migrated already.
  await asAdmin(`create role ${LIVE} login password '${PASSWORD}'`);
  await asAdmin(`create database ${LIVE} owner ${LIVE}`);
  const url = new URL(urlOf(LIVE));
  Object.assign(url, { username: LIVE, password: PASSWORD });
  const DATABASE_URL = url.href;
  await run(['scripts/migrate.mjs'], { DATABASE_URL });
  const occupied = await run(['scripts/restore.mjs', backup], { DATABASE_URL, ...media('live') });
  expect(occupied.log()).toContain('is not empty');

  for (const statement of recipe.before) await asAdmin(statement);
  const restored = await run(['scripts/restore.mjs', backup], {
    DATABASE_URL: `${DATABASE_URL}${recipe.suffix}`,
    ...media('live'),
  });
  expect(restored.howItEnded()).toBe('ended with exit code 0');
  for (const statement of recipe.after) await asAdmin(statement);
  expect(await contents(DATABASE_URL)).toEqual(await contents(house.database.url));
  const before = await contents(urlOf(`${LIVE}_before`));
  expect(before['message']).toMatch(/^0 /);
});

/** What the page lets the superuser do before and after the restore, and what it adds to the database's address. */
async function recipeOfCompose() {
  const page = await readFile('docs/deploy.md', 'utf8');
  const [before = '', after = ''] = page.split(/node scripts\/restore\.mjs/);
  const [, suffix = ''] = /DATABASE_URL="\$\{DATABASE_URL\}(\w+)"/.exec(before) ?? [];
  const statements = (part: string) =>
    [...part.matchAll(/-c '([^']+)'/g)].map(([, statement = '']) =>
      statement.replaceAll(/\bcontinuo(?=_|\b)/g, LIVE),
    );
  const recipe = { before: statements(before), suffix, after: statements(after) };
  expect([recipe.before.length, suffix, recipe.after.length]).toEqual([2, '_restored', 2]);
  return recipe;
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

it('refuses a backup with a file of a buyer that is damaged or not there, and restores nothing', async () => {
  await createEmpty();
  const file = join(backup, 'media', keyOf('picture'));
  await truncate(file, 0);
  const cut = await restore();
  expect([cut.howItEnded(), cut.log()]).toEqual([
    'ended with exit code 1',
    expect.stringMatching(/[0-9a-f]{64} has changed \(0 bytes, and 7 were backed up\)/),
  ]);
  await writeFile(file, 'Picture');
  expect((await restore()).log()).toContain(`${keyOf('picture')} has changed`);
  await rm(file);
  expect((await restore()).log()).toContain(`${keyOf('picture')} is missing`);
  expect(await contents(urlOf(RESTORED))).toEqual({});
  await writeFile(file, 'picture');
});

it('still reads a backup of the version before, which says nothing of files', async () => {
  const old = join(folder, 'old');
  await cp(backup, old, { recursive: true });
  const manifest = JSON.parse(await readFile(join(old, 'manifest.json'), 'utf8')) as Record<string, unknown>;
  delete manifest['files'];
  await writeFile(join(old, 'manifest.json'), JSON.stringify({ ...manifest, format: 1 }));
  const done = await restore(old);
  expect([done.howItEnded(), done.log()]).toEqual([
    'ended with exit code 0',
    expect.stringContaining('and 2 files of buyers'),
  ]);
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
