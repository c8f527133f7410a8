import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentsOfImage, environmentOfImage, readDockerfile } from '../../scripts/lib/stack/dockerfile.mjs';
import { readComposeFile, readEnvExample } from '../../scripts/lib/stack/compose-file.mjs';
import { run } from '../../scripts/lib/processes.mjs';

const stages = readDockerfile();
const last = stages.at(-1);
const { services } = readComposeFile(readEnvExample());
const argumentsOf = (instruction) => last.filter(([name]) => name === instruction).map(([, rest]) => rest);

describe('the image', () => {
  test('is made in stages from one exact Node 24', () => {
    expect(stages).toHaveLength(2);
    const bases = stages.map(([[, rest]]) => rest.split(' ')[0]);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:24\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/);
  });

  test('runs as a user of its own, told by its number, the same as in docker-compose.yml', () => {
    const [uid, gid] = argumentsOf('USER')[0].split(':');
    expect(argumentsOf('RUN')[0]).toContain(`useradd --uid ${uid} `);
    expect(argumentsOf('RUN')[0]).toContain(`groupadd --gid ${gid} `);
    const product = Object.values(services).filter(({ image }) => image === 'continuo');
    expect(product.map(({ user }) => user)).toEqual(product.map(() => `${uid}:${gid}`));
    expect(last.findIndex(([name]) => name === 'USER')).toBeGreaterThan(
      last.findLastIndex(([name]) => name === 'COPY'),
    );
  });

  test('holds what each of its commands starts', () => {
    const contents = contentsOfImage();
    const holds = (file) =>
      contents.some(
        ({ source, target }) => target !== './' && (file === source || file.startsWith(`${source}/`)),
      );
    const commands = Object.values(services)
      .filter(({ image }) => image === 'continuo')
      .flatMap(({ command, healthcheck }) => [command[1], healthcheck.test?.[2]])
      .filter((file) => file !== undefined);
    expect(commands.filter((file) => !holds(file))).toEqual([]);
    expect(contents.filter(({ source, isBuilt }) => !isBuilt && !existsSync(source))).toEqual([]);
  });

  test('carries production packages alone, with the Temporal library of one platform', () => {
    const build = stages[0]
      .filter(([name]) => name === 'RUN')
      .map(([, rest]) => rest)
      .join('\n');
    expect(build).toMatch(/npm prune --omit=dev && node deploy\/image\/keep-own-bridge\.mjs node_modules$/);
  });

  test('runs the workflow code that was bundled when it was built', () => {
    const file = environmentOfImage().WORKFLOW_BUNDLE_FILE;
    expect(stages[0].map(([, rest]) => rest).join('\n')).toContain(`npm run bundle -- ${file}`);
    expect(services.worker.environment.WORKFLOW_BUNDLE_FILE).toBe(file);
  });

  test('tells its health and stops on the signal that the parts hear', () => {
    expect(argumentsOf('HEALTHCHECK')[0]).toContain('deploy/image/healthy.mjs');
    expect(argumentsOf('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(readFileSync('platform/shutdown.ts', 'utf8')).toContain("process.on('SIGTERM'");
  });

  test('is built without secrets and without what the checkout has gathered', () => {
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
    expect(ignored).toEqual(
      expect.arrayContaining(['.env', '.env.*', '.git', '.data', '.cache', 'node_modules', 'dist', 'test']),
    );
    const needed = contentsOfImage().filter(({ isBuilt }) => !isBuilt);
    expect(needed.filter(({ source }) => ignored.includes(source))).toEqual([]);
  });
});

describe('keep-own-bridge', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'continuo-test-bridge-'));
    const bridge = join(folder, '@temporalio', 'core-bridge');
    mkdirSync(bridge, { recursive: true });
    copyFileSync('node_modules/@temporalio/core-bridge/common.js', join(bridge, 'common.js'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const keep = (releases) => {
    const place = join(folder, '@temporalio', 'core-bridge', 'releases');
    for (const release of releases) mkdirSync(join(place, release), { recursive: true });
    return run(process.execPath, ['deploy/image/keep-own-bridge.mjs', folder], { mayFail: true }).then(
      ({ ok }) => ({
        ok,
        left: readdirSync(place),
      }),
    );
  };

  test('leaves the library of this platform', async () => {
    const all = readdirSync('node_modules/@temporalio/core-bridge/releases');
    const { ok, left } = await keep(all);
    expect(ok).toBe(true);
    expect(left).toHaveLength(1);
    expect(all).toContain(left[0]);
  });

  test('refuses where there is none for this platform, and removes nothing', async () => {
    const { ok, left } = await keep(['some-other-platform']);
    expect(ok).toBe(false);
    expect(left).toEqual(['some-other-platform']);
  });
});

describe('the health check of the image', () => {
  let server;
  let status = 200;
  beforeAll(async () => {
    server = createServer((_request, response) => response.writeHead(status).end());
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const check = (url) => run(process.execPath, ['deploy/image/healthy.mjs', url], { mayFail: true });

  test.each([
    [200, true],
    [503, false],
  ])('an answer of %s is healthy: %s', async (answer, isHealthy) => {
    status = answer;
    const { port } = server.address();
    expect((await check(`http://127.0.0.1:${port}/health/ready`)).ok).toBe(isHealthy);
  });

  test('no answer is not healthy', async () => {
    expect((await check('http://127.0.0.1:9/health/ready')).ok).toBe(false);
  });
});
