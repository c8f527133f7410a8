import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { checkFile, checkFiles, copyFiles } from './backup-files.mjs';
import { PlainError } from './console.mjs';
import { migrate } from './migrations.mjs';

// Postgres' own COPY, and not pg_dump: it needs no program of the server's version on this machine. The schema is not
// part of a backup, as the migrations make it.

const MANIFEST = 'manifest.json';
const MEDIA = 'media';
const FORMAT = 2;
/** Says nothing of the files: they are restored as they lie there. */
const FORMAT_WITHOUT_FILES = 1;

/**
 * Writes all rows, as they stood at one moment, and the files of buyers into a new folder. Gives the tables with their rows,
 * the files, and how many files that rows name are not in `mediaFolder`.
 */
export async function backUp({ databaseUrl, folder, mediaFolder }) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new PlainError(`${folder} is not empty: name a new folder.`);
  const read = await withClient(databaseUrl, async (client) => {
    await client.query('begin transaction isolation level repeatable read read only');
    const { rows: applied } = await client.query('select name from schema_migration order by id');
    const tables = [];
    for (const table of await listTables(client)) tables.push(await writeTable(client, table, folder));
    const { rows: named } = await client.query(
      'select distinct storage_key as path from media where storage_key is not null',
    );
    return { format: FORMAT, migrations: applied.map(({ name }) => name), tables, named };
  });
  const { named, ...manifest } = read;
  // After the rows: every file that a row names is there by now.
  manifest.files = await copyFiles({ from: mediaFolder, to: join(folder, MEDIA) });
  const kept = new Set(manifest.files.map(({ path }) => path));
  const filesMissing = named.filter(({ path }) => !kept.has(path)).length;
  if (named.length > 0 && filesMissing === named.length)
    throw new PlainError(
      `Rows name ${named.length} files of buyers, and none of them is in ${mediaFolder}: set MEDIA_FOLDER as API and worker have it.`,
    );
  // Last, and in one step: a folder without it is no backup.
  await writeFile(join(folder, `${MANIFEST}.part`), JSON.stringify(manifest, null, 2), { mode: 0o600 });
  await rename(join(folder, `${MANIFEST}.part`), join(folder, MANIFEST));
  return { tables: manifest.tables, files: manifest.files, filesMissing };
}

/**
 * Fills the folder for files and an empty database, and brings that to the newest schema. Nothing before all of the backup
 * was checked, and all rows or none. Gives the tables with their rows, and the files.
 */
export async function restore({ databaseUrl, folder, mediaFolder }) {
  const manifest = await readManifest(folder);
  for (const { name, sha256 } of manifest.tables) await checkFile(fileOf(folder, name), { sha256 });
  const media = join(folder, MEDIA);
  if (manifest.format !== FORMAT_WITHOUT_FILES) await checkFiles(media, manifest.files);
  await withClient(databaseUrl, requireEmpty);
  // Before the rows: a restore that fails here can be run again, as the database is still empty.
  const paths = manifest.files?.map(({ path }) => path);
  const files = await copyFiles({ from: media, to: mediaFolder, paths });
  const applied = await migrate({ databaseUrl, count: manifest.migrations.length });
  const unknown = manifest.migrations.filter((name) => !applied.includes(name));
  if (unknown.length > 0)
    throw new PlainError(
      `The backup is of a newer version, which has ${unknown.join(', ')}: restore it with that one.`,
    );
  await withClient(databaseUrl, async (client) => {
    await client.query('begin');
    const links = await dropLinks(client);
    const names = manifest.tables.map(({ name }) => quoted(name));
    if (names.length > 0) await client.query(`truncate ${names.join(', ')}`);
    for (const table of manifest.tables) await readTable(client, table, folder);
    // Made again when all rows are there: two tables may name each other, and a wrong row is found here.
    for (const { table, name, definition } of links)
      await client.query(`alter table ${table} add constraint ${quoted(name)} ${definition}`);
    await setSequences(client);
    await client.query('commit');
    await client.query('analyze');
  });
  await migrate({ databaseUrl });
  return { tables: manifest.tables, files };
}

async function readManifest(folder) {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) throw new PlainError(`${folder} is no complete backup: it has no ${MANIFEST}.`);
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  if (![FORMAT, FORMAT_WITHOUT_FILES].includes(manifest.format))
    throw new PlainError(`${file} has format ${manifest.format}, this version reads up to ${FORMAT}.`);
  return manifest;
}

async function withClient(databaseUrl, work) {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new PlainError(`The database of DATABASE_URL cannot be reached (${error.code ?? error.name}).`);
  }
  try {
    return await work(client);
  } finally {
    // An open transaction ends with its connection.
    await client.end();
  }
}

async function listTables(client) {
  const { rows } = await client.query(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      where n.nspname = 'public' and c.relkind = 'r' and c.relname <> 'schema_migration'
      group by c.relname order by c.relname`,
  );
  return rows;
}

async function requireEmpty(client) {
  const tables = await listTables(client);
  if (tables.length > 0)
    throw new PlainError(
      'The database of DATABASE_URL is not empty: create a new one and restore into that.',
    );
}

async function writeTable(client, { name, columns }, folder) {
  const rows = client.query(copyTo(`copy ${quoted(name)} (${columns.map(quoted).join(', ')}) to stdout`));
  const digest = createHash('sha256');
  const watched = new PassThrough();
  watched.on('data', (chunk) => digest.update(chunk));
  await pipeline(rows, createGzip(), watched, createWriteStream(fileOf(folder, name), { mode: 0o600 }));
  return { name, columns, rows: rows.rowCount, sha256: digest.digest('hex') };
}

async function readTable(client, { name, columns, rows: expected }, folder) {
  const rows = client.query(copyFrom(`copy ${quoted(name)} (${columns.map(quoted).join(', ')}) from stdin`));
  await pipeline(createReadStream(fileOf(folder, name)), createGunzip(), rows);
  if (rows.rowCount !== expected)
    throw new PlainError(`${name}: ${rows.rowCount} rows came, ${expected} were backed up.`);
}

async function dropLinks(client) {
  const { rows } = await client.query(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
       from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by 1, 2`,
  );
  for (const { table, name } of rows)
    await client.query(`alter table ${table} drop constraint ${quoted(name)}`);
  return rows;
}

/** Numbers that are given next must lie above those that came. */
async function setSequences(client) {
  const { rows } = await client.query(
    `select c.relname as table, a.attname as column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence
       from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attidentity <> ''`,
  );
  for (const { table, column, sequence } of rows)
    await client.query(
      `select setval($1, coalesce(max(${quoted(column)}), 1), max(${quoted(column)}) is not null) from ${quoted(table)}`,
      [sequence],
    );
}

function fileOf(folder, table) {
  return join(folder, `${table}.copy.gz`);
}

function quoted(name) {
  return pg.escapeIdentifier(name);
}
