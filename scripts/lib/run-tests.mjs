import { existsSync, readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBrowser } from './browser.mjs';
import { progress, say, sayError } from './console.mjs';
import { withoutOurSettings } from './environment.mjs';
import { ensurePackages } from './install.mjs';
import { fromRoot, ROOT } from './paths.mjs';
import { anyFreePort } from './ports.mjs';
import { run, stopPart } from './processes.mjs';
import { findTemporalCli, findTestServer } from './temporal-cli.mjs';
import { startTemporal } from './temporal-server.mjs';
import { closeTestRun, endLeaks, openTestRun } from './test-run.mjs';
import { totalsLine, totalsOf } from './totals.mjs';

/** Only keeps a run from hanging: it ends within a second, unless the machine stands still. */
const JEST_END_MS = 60_000;
const TEMPLATE = 'continuo_test_template';

/** Starts what tests need, runs jest with our own arguments passed on, stops everything, and gives the totals. */
export async function runTests(args) {
  await ensurePackages();
  const cliPath = await findTemporalCli();
  const testServerPath = await findTestServer();
  const browserPath = findBrowser();
  if (browserPath === null)
    say('No Chromium on this machine: test/browser is left out. Install one, or set CHROMIUM_PATH.');
  const testRun = await openTestRun();
  const parts = [];
  const stop = async () => {
    await endLeaks(testRun.id);
    for (const { part, signal } of parts.splice(0).reverse()) await stopPart(part, { signal });
    closeTestRun(testRun);
  };
  const unlisten = onInterrupt(stop);
  try {
    const [environment, bundleFile] = await Promise.all([
      startServers({ run: testRun, parts, cliPath }),
      bundleWorkflows(testRun.folder),
    ]);
    progress('Postgres, the template database and Temporal are up; running the tests.');
    const { report, wasStuck } = await runJest(args, {
      folder: testRun.folder,
      environment: {
        ...environment,
        ...testRun.environment,
        TEST_TIME_SKIPPING_SERVER_PATH: testServerPath,
        TEST_WORKFLOW_BUNDLE_FILE: bundleFile,
        ...(browserPath !== null && { TEST_CHROMIUM_PATH: browserPath }),
      },
    });
    const leaks = await endLeaks(testRun.id);
    for (const leak of leaks) say(`LEFT BEHIND: ${leak}`);
    const totals = totalsOf(report, { isFiltered: args.some((arg) => /^(-t|--testNamePattern)/.test(arg)) });
    if (wasStuck) say('NOT ENDED: a test left something open (timer, connection); jest had to be stopped.');
    return { ...totals, failed: totals.failed + leaks.length + (wasStuck ? 1 : 0) };
  } finally {
    unlisten();
    await stop();
  }
}

/** The workflow code of this run, built once for all its workers. */
async function bundleWorkflows(folder) {
  const file = join(folder, 'workflow-bundle.js');
  await run(process.execPath, ['--import', 'tsx', 'worker/build-bundle.ts', file], { cwd: ROOT });
  return file;
}

async function startServers({ run, parts, cliPath }) {
  // Loaded late: nothing but Node's own modules exists before the packages are installed.
  const { startPostgres, ensureDatabase } = await import('./postgres.mjs');
  const { migrate } = await import('./migrations.mjs');
  const begin = (part, signal) => {
    parts.push({ part, signal });
    run.runFile.add(part);
  };
  const temporal = startTemporal({
    cliPath,
    port: await anyFreePort(),
    logFile: join(run.folder, 'temporal.log'),
  });
  begin(temporal.part, 'SIGTERM');
  const dataDir = join(run.folder, 'postgres');
  const postgres = await startPostgres({
    dataDir,
    port: await anyFreePort(),
    logFile: join(run.folder, 'postgres.log'),
    isThrowaway: true,
  });
  begin(postgres.part, 'SIGINT');
  await Promise.all([postgres.ready(), temporal.ready()]);
  await ensureDatabase(postgres.urlOf('postgres'), TEMPLATE);
  await migrate({ databaseUrl: postgres.urlOf(TEMPLATE), log: say });
  return {
    TEST_DATABASE_ADMIN_URL: postgres.urlOf('postgres'),
    TEST_TEMPLATE_DATABASE: TEMPLATE,
    TEST_TEMPORAL_ADDRESS: temporal.address,
    TEST_TEMPORAL_CLI_PATH: cliPath,
  };
}

/** Runs jest in a process of its own and gives its JSON report, or null when it wrote none. */
function runJest(args, { folder, environment }) {
  const outputFile = join(folder, 'jest.json');
  const jest = fromRoot('node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(process.execPath, [jest, '--json', `--outputFile=${outputFile}`, ...args], {
    cwd: ROOT,
    env: { ...withoutOurSettings(process.env), ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const read = () => (existsSync(outputFile) ? JSON.parse(readFileSync(outputFile, 'utf8')) : null);
  const stuck = endIfStuck(child, outputFile);
  return new Promise((resolve) => {
    child.once('error', () => resolve({ report: null, wasStuck: false }));
    child.once('close', async () => resolve({ report: read(), wasStuck: await stuck }));
  });
}

/** A jest that has reported and does not end holds something open; it is ended, and that counts as a failure. */
async function endIfStuck(child, outputFile) {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  while (!hasEnded() && !existsSync(outputFile)) await sleep(200);
  for (const deadline = Date.now() + JEST_END_MS; !hasEnded() && Date.now() < deadline;) await sleep(200);
  return !hasEnded() && child.kill('SIGKILL');
}

function onInterrupt(stop) {
  const handler = (signal) => {
    say(`\nStopped by ${signal}.`);
    stop().finally(() => process.exit(1));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, handler);
  return () => signals.forEach((signal) => process.removeListener(signal, handler));
}
