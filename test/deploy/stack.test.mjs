import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readApiConfig, readWorkerConfig } from '../../platform/config';
import { nativeServices } from '../../scripts/lib/stack/native.mjs';
import { stackValues } from '../../scripts/lib/stack/open-stack.mjs';
import { findServerPrograms } from '../../scripts/lib/stack/programs.mjs';

const PARTS = ['migrate', 'api', 'worker', 'simulator'];

describe('npm run stack', () => {
  let native;
  beforeAll(async () => {
    native = await nativeServices({ values: stackValues(), dataDir: '/data-here', appDir: '/app-here' });
  });
  const environments = () =>
    [...PARTS.map((name) => native.product(name).env), native.environment('temporal')].map(
      ({ PATH: _path, HOME: _home, ...env }) => env,
    );

  test('gives the parts the settings of docker-compose.yml, which they take', () => {
    expect(() => readApiConfig(native.product('api').env)).not.toThrow();
    expect(() => readWorkerConfig(native.product('worker').env)).not.toThrow();
  });

  test('runs them as the image does', () => {
    const { args, cwd, env } = native.product('worker');
    expect(args).toEqual(['dist/worker/main.js']);
    expect(cwd).toBe('/app-here');
    expect(env).toMatchObject({ NODE_ENV: 'production', WORKFLOW_BUNDLE_FILE: 'dist/workflow-bundle.js' });
  });

  test('names no host, no port for all and no folder of a container', () => {
    const values = environments().flatMap((env) => Object.values(env));
    expect(
      values.filter((value) =>
        /(@|\/\/)(postgres|temporal|api|simulator):|0\.0\.0\.0|(^|[^\w-])\/data\//.test(value),
      ),
    ).toEqual([]);
    expect(native.product('worker').env.MEDIA_FOLDER).toBe('/data-here/media');
  });

  test('lets parts call each other at the ports on which they listen here', () => {
    const { api, simulator, temporal, postgres } = native.ports;
    expect(native.product('api').env.API_PORT).toBe(String(api));
    expect(native.product('worker').env).toMatchObject({
      TEMPORAL_ADDRESS: `127.0.0.1:${temporal}`,
      WHATSAPP_BASE_URL: `http://127.0.0.1:${simulator}/whatsapp`,
    });
    expect(new URL(native.product('migrate').env.DATABASE_URL).host).toBe(`127.0.0.1:${postgres}`);
    expect(native.healthCheck('api').args.at(-1)).toBe(`http://127.0.0.1:${api}/health/ready`);
    expect(native.environment('temporal')).toMatchObject({
      POSTGRES_SEEDS: '127.0.0.1',
      DB_PORT: String(postgres),
    });
  });
});

describe('the programs of Temporal', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'continuo-test-programs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('without Go are refused with one clear reason', async () => {
    await expect(findServerPrograms('1.31.2', { cacheDir: folder, env: { PATH: folder } })).rejects.toThrow(
      'The stack cannot run here: Go is not installed.',
    );
  });

  test('with a Go that is too old are refused as well', async () => {
    writeFileSync(join(folder, 'go'), '#!/bin/sh\necho go1.19.8\n');
    chmodSync(join(folder, 'go'), 0o755);
    await expect(findServerPrograms('1.31.2', { cacheDir: folder, env: { PATH: folder } })).rejects.toThrow(
      'Go 1.19 is too old',
    );
  });
});
