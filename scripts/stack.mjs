import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { progress, say, sayError } from './lib/console.mjs';
import { ensurePackages } from './lib/install.mjs';
import { underSupervision } from './lib/start-run.mjs';
import { findTemporalCli } from './lib/temporal-cli.mjs';

// npm run stack: the parts of docker-compose.yml as processes of this machine, on fresh data; one message through; and down
// again. It proves what the compose set-up would run, up to the walls of the containers.
const MEGABYTE = 1_048_576;

try {
  process.exitCode = await stack();
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
process.exit();

async function stack() {
  const dataDir = mkdtempSync(join(tmpdir(), 'continuo-stack-'));
  chmodSync(dataDir, 0o755); // Postgres may run as another user
  let exitCode = 1;
  try {
    exitCode = await underSupervision({ dataDir, work: (run) => work({ ...run, dataDir }) });
    return exitCode;
  } finally {
    if (exitCode === 0) rmSync(dataDir, { recursive: true, force: true });
    else say(`The logs of the parts are in ${join(dataDir, 'logs')}.`);
  }
}

async function work({ supervisor, dataDir }) {
  await ensurePackages();
  const { nativeServices } = await import('./lib/stack/native.mjs');
  const { findServerPrograms } = await import('./lib/stack/programs.mjs');
  const { layOutImage } = await import('./lib/stack/image-folder.mjs');
  const { openStack, stackValues } = await import('./lib/stack/open-stack.mjs');
  const appDir = join(dataDir, 'app');
  const native = await nativeServices({ values: stackValues(), dataDir, appDir });
  const programs = await findServerPrograms(native.temporalVersion);
  const cliPath = await findTemporalCli();
  await layOutImage(appDir);
  const startedAtMs = performance.now();
  const parts = await openStack({ supervisor, dataDir, appDir, programs, cliPath, native });
  progress('Everything is ready.');
  await tell({ parts, native, appDir, startMs: performance.now() - startedAtMs });
  return 0;
}

async function tell({ parts, native, appDir, startMs }) {
  const measure = await import('./lib/stack/measure.mjs');
  const { takenMs, answeredMs } = await measure.measureOneMessage(native);
  await measure.readMetrics(native);
  const memory = (part) => megabytes(measure.memoryOf(part));
  const memories = { api: memory(parts.api), worker: memory(parts.worker) };
  const ends = {
    api: await measure.endOrderly(parts.api, native.graceMs('api')),
    worker: await measure.endOrderly(parts.worker, native.graceMs('worker')),
  };
  say(
    `\nMeasured: Temporal ${native.temporalVersion} on Postgres with ${native.shards} shards, one API, one worker.`,
  );
  measure.tellMeasured([
    ['all parts healthy after', seconds(startMs)],
    ['the message was taken after', `${Math.round(takenMs)} ms`],
    ['the answer was on the phone after', seconds(answeredMs)],
    ['what the image holds in /app', megabytes(measure.sizeOf(appDir))],
    ['memory of the API', memories.api],
    ['memory of the worker', memories.worker],
    ['the API ended after SIGTERM within', seconds(ends.api)],
    ['the worker ended after SIGTERM within', seconds(ends.worker)],
  ]);
}

function seconds(ms) {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function megabytes(bytes) {
  return bytes === null ? null : `${Math.round(bytes / MEGABYTE)} MB`;
}
