import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createFolderMediaStorage } from '../../../platform/media-storage';
import type { FolderMediaStorage } from '../../../platform/media-storage';

let folder: string;
let storage: FolderMediaStorage;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'continuo-test-storage-'));
  storage = createFolderMediaStorage(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function* content(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(Buffer.from(part));
}
async function* broken(parts: number): AsyncGenerator<Uint8Array> {
  for (let part = 0; part < parts; part += 1) yield await Promise.resolve(Buffer.from('part'));
  throw new Error('the connection was cut');
}
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const unfinished = () => readdir(join(folder, 'incoming'));

describe('the storage', () => {
  it('gives back what was put in, whole or in part', async () => {
    const kept = await storage.put(content('ab', 'cd'), sha256('abcd'));
    expect(kept).toEqual({ key: `${sha256('abcd').slice(0, 2)}/${sha256('abcd')}`, sizeBytes: 4 });
    const key = kept?.key ?? '';
    expect(await storage.sizeOf(key)).toBe(4);
    expect((await buffer(storage.read(key))).toString()).toBe('abcd');
    expect((await buffer(storage.read(key, { start: 1, end: 2 }))).toString()).toBe('bc');
    expect(await unfinished()).toEqual([]);
  });

  it('keeps the same content once, also when it comes at once', async () => {
    const kept = await Promise.all([1, 2, 3].map(() => storage.put(content('same'), null)));
    expect(new Set(kept.map((one) => one?.key)).size).toBe(1);
    expect(await readdir(join(folder, sha256('same').slice(0, 2)))).toHaveLength(1);
  });

  it('keeps nothing of content that is not what was expected, or that breaks off', async () => {
    expect(await storage.put(content('abcd'), sha256('other'))).toBeNull();
    const puts = Array.from({ length: 20 }, (_, parts) => storage.put(broken(parts % 3), null));
    for (const outcome of await Promise.allSettled(puts)) expect(outcome.status).toBe('rejected');
    expect(await readdir(folder)).toEqual(['incoming']);
    expect(await unfinished()).toEqual([]);
  });

  it('forgets what is deleted, and takes it when it is not there', async () => {
    const key = (await storage.put(content('abcd'), null))?.key ?? '';
    await storage.delete(key);
    await storage.delete(key);
    expect(await storage.sizeOf(key)).toBeNull();
  });

  it.each(['../../etc/passwd', 'incoming/x', '', `ab/${'g'.repeat(64)}`])(
    'is not led out of its folder by %j',
    async (key) => {
      await expect(storage.sizeOf(key)).rejects.toThrow('not a key');
      expect(() => storage.read(key)).toThrow('not a key');
    },
  );

  it('clears away what a process that died left unfinished, and nothing that may still be written', async () => {
    await mkdir(join(folder, 'incoming'));
    for (const name of ['old', 'young']) await writeFile(join(folder, 'incoming', name), 'x');
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    await utimes(join(folder, 'incoming', 'old'), twoDaysAgo, twoDaysAgo);
    await storage.removeLeftBehind();
    expect(await unfinished()).toEqual(['young']);
  });
});
