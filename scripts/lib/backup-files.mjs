import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PlainError } from './console.mjs';

/** Where the product keeps the files of buyers when MEDIA_FOLDER does not say so (platform/config.ts). */
const MEDIA_FOLDER_DEFAULT = '.data/media';
/** Files that are still being fetched: no row names them. */
const INCOMING = 'incoming';
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** The folder of the settings, or the product's default; an empty setting is none, as everywhere. */
export function mediaFolderOf({ MEDIA_FOLDER: folder }) {
  return resolve(folder || MEDIA_FOLDER_DEFAULT);
}

/** The sum of one field. */
export function sumOf(rows, field) {
  return rows.reduce((sum, row) => sum + row[field], 0);
}

/** Copies the files of buyers, all or those of `paths`, from one folder into another. Gives path, bytes and sha256 of each. */
export async function copyFiles({ from, to, paths }) {
  const files = [];
  for (const path of paths ?? (await listFiles(from))) {
    const file = await copyFile({ from: join(from, path), to: join(to, path) });
    if (file !== null) files.push({ path, ...file });
  }
  return files;
}

/** Throws unless each of these files lies in the folder as it was backed up. */
export async function checkFiles(folder, files) {
  for (const { path, bytes, sha256 } of files) {
    if (path.split('/').includes('..')) throw new PlainError(`The backup is damaged: it names ${path}.`);
    await checkFile(join(folder, path), { bytes, sha256 });
  }
}

/** Throws unless the file is there and has this digest. */
export async function checkFile(file, { bytes = null, sha256 }) {
  if (!existsSync(file)) throw new PlainError(`The backup is not complete: ${file} is missing.`);
  const digest = createHash('sha256');
  let count = 0;
  for await (const chunk of createReadStream(file)) {
    digest.update(chunk);
    count += chunk.length;
  }
  if (digest.digest('hex') === sha256) return;
  const size = bytes === null || bytes === count ? '' : ` (${count} bytes, and ${bytes} were backed up)`;
  throw new PlainError(`The backup is damaged: ${file} has changed${size}.`);
}

/** All files below a folder, by their path from there with `/`, sorted. */
async function listFiles(folder) {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.startsWith(`${INCOMING}/`))
    .sort();
}

/** Under its name only when all of it is there; null = the product has forgotten it meanwhile, as nobody may see it any more. */
async function copyFile({ from, to }) {
  await mkdir(dirname(to), { recursive: true, mode: PRIVATE_FOLDER });
  const digest = createHash('sha256');
  let bytes = 0;
  const watched = new PassThrough();
  watched.on('data', (chunk) => {
    digest.update(chunk);
    bytes += chunk.length;
  });
  try {
    await pipeline(createReadStream(from), watched, createWriteStream(`${to}.part`, { mode: PRIVATE_FILE }));
  } catch (error) {
    await rm(`${to}.part`, { force: true });
    if (error.code === 'ENOENT' && !existsSync(from)) return null;
    throw error;
  }
  await rename(`${to}.part`, to);
  return { bytes, sha256: digest.digest('hex') };
}
