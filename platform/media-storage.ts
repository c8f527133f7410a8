import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { types } from 'node:util';

/** Where content lies, and how much of it there is. */
export type KeptContent = { readonly key: string; readonly sizeBytes: number };

/** Keeps the content of files under a key made of the content, so that the same file is kept once. */
export interface MediaStorage {
  /**
   * Keeps content; null, and nothing kept, when its sha256 (hex) is not the expected one. What fails in between, the
   * content itself included, leaves nothing behind.
   */
  put(content: AsyncIterable<Uint8Array>, expectedSha256: string | null): Promise<KeptContent | null>;
  /** How many bytes are kept under a key; null when there is nothing. */
  sizeOf(key: string): Promise<number | null>;
  /** The bytes from `start` to `end`, both included; all of them by default. */
  read(key: string, range?: { readonly start: number; readonly end: number }): Readable;
  /** Forgets the content; harmless when there is none. */
  delete(key: string): Promise<void>;
}

/** The storage in a folder; `removeLeftBehind` clears away what processes that died had not finished. */
export type FolderMediaStorage = MediaStorage & { removeLeftBehind(): Promise<void> };

const KEY = /^[0-9a-f]{2}\/[0-9a-f]{64}$/;
/** Below the storage's own folder, so that finishing a file is a rename on one disk. */
const INCOMING = 'incoming';
/** No fetch lasts that long: what is older belongs to nobody. */
const LEFT_BEHIND_AFTER_MS = 86_400_000;

/** Keeps files in a local folder, which all processes of the product must share. */
export function createFolderMediaStorage(folder: string): FolderMediaStorage {
  const root = path.resolve(folder);
  const incoming = path.join(root, INCOMING);
  return {
    async put(content, expectedSha256) {
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const temporary = path.join(incoming, randomUUID());
      try {
        const written = await write(content, temporary);
        if (expectedSha256 !== null && expectedSha256 !== written.sha256) return null;
        const key = `${written.sha256.slice(0, 2)}/${written.sha256}`;
        await moveInto(temporary, path.join(root, key));
        return { key, sizeBytes: written.sizeBytes };
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async sizeOf(key) {
      try {
        return (await stat(fileOf(root, key))).size;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    read: (key, range) => createReadStream(fileOf(root, key), range),
    delete: (key) => rm(fileOf(root, key), { force: true }),
    async removeLeftBehind() {
      for (const name of await namesIn(incoming)) {
        const file = path.join(incoming, name);
        const changedAtMs = await stat(file).then(
          (found) => found.mtimeMs,
          () => Infinity,
        );
        if (changedAtMs < Date.now() - LEFT_BEHIND_AFTER_MS) await rm(file, { force: true });
      }
    },
  };
}

/** Keys come from our own rows; one that is none must not lead out of the folder. */
function fileOf(root: string, key: string): string {
  if (!KEY.test(key)) throw new Error('not a key of the media storage');
  return path.join(root, key);
}

async function write(
  content: AsyncIterable<Uint8Array>,
  file: string,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  // By a handle: of a stream that fails nobody knows when it has let go of its file, which is removed then.
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const chunk of content) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
      await handle.appendFile(chunk);
    }
    // On the disk before it gets its name: a row that says "stored" must outlive a power cut.
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

/** A rename is atomic: readers see the whole file or none. */
async function moveInto(from: string, to: string): Promise<void> {
  const folder = path.dirname(to);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(from, to);
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  // Not `instanceof`: errors of Node's own parts may come from another realm.
  return types.isNativeError(error) && 'code' in error && error.code === 'ENOENT';
}
