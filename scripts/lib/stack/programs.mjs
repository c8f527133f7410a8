import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlainError, progress } from '../console.mjs';
import { CACHE_DIR } from '../paths.mjs';
import { run } from '../processes.mjs';

const GO_MINIMUM = [1, 26];
const BUILD_TIME_MS = 3_600_000;
/** Where the sources of the two programs lie in Temporal's module, and what the images of docker-compose.yml call them. */
const SOURCES = { 'temporal-server': 'cmd/server', 'temporal-sql-tool': 'cmd/tools/sql' };

/**
 * Paths of Temporal's server and schema tool of one version, without Docker: built with Go, once, and kept. Throws a plain
 * error where they are not there and Go is not either.
 */
export async function findServerPrograms(version, { cacheDir = CACHE_DIR, env = process.env } = {}) {
  const paths = {};
  for (const [program, source] of Object.entries(SOURCES)) {
    const target = join(cacheDir, 'bin', `${program}-${version}`);
    if (!existsSync(target)) await build({ program, source, version, target, env });
    paths[program] = target;
  }
  return paths;
}

async function build({ program, source, version, target, env }) {
  await checkGo(version, env);
  progress(`Building ${program} ${version} with Go (the server: about five minutes on two free cores) …`);
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'continuo-go-'));
  try {
    await run('go', ['install', `go.temporal.io/server/${source}@v${version}`], {
      env: { ...env, GOBIN: folder },
      timeoutMs: BUILD_TIME_MS,
    });
    // Beside the target first: the temporary folder may lie on another file system.
    await run('cp', [join(folder, source.split('/').at(-1)), `${target}.new`]);
    renameSync(`${target}.new`, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkGo(version, env) {
  const { ok, output } = await run('go', ['env', 'GOVERSION'], { env, mayFail: true });
  const found = /go(\d+)\.(\d+)/.exec(output)?.slice(1).map(Number);
  if (ok && found && (found[0] > GO_MINIMUM[0] || (found[0] === GO_MINIMUM[0] && found[1] >= GO_MINIMUM[1])))
    return;
  const what = ok && found ? `Go ${found.join('.')} is too old` : 'Go is not installed';
  throw new PlainError(
    `The stack cannot run here: ${what}. Temporal's server ${version} is built with Go ${GO_MINIMUM.join('.')} or newer,\n` +
      'as there is no other way to have it without Docker. Install Go (https://go.dev/dl) and start again; or run\n' +
      'docker-compose.yml, which needs Docker instead; or npm start, which needs neither and runs a development server.',
  );
}
