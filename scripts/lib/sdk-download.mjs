import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlainError } from './console.mjs';
import { CACHE_DIR, ROOT } from './paths.mjs';
import { run } from './processes.mjs';

const START = {
  cli: 'createLocal',
  'test-server': 'createTimeSkipping',
};

/**
 * Lets the Temporal SDK download a server, which it does by starting it once, and keeps the program at `target`.
 * Runs in a process of its own, because the SDK loads a large native library.
 */
export async function fetchWithSdk({ kind, target }) {
  const downloadDir = join(CACHE_DIR, 'bin', `download-${kind}-${process.pid}`);
  mkdirSync(downloadDir, { recursive: true });
  mkdirSync(dirname(target), { recursive: true });
  try {
    const code = `
      const { TestWorkflowEnvironment, Runtime } = { ...require('@temporalio/testing'), ...require('@temporalio/worker') };
      Runtime.install({ logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} } });
      const executable = { type: 'cached-download', downloadDir: ${JSON.stringify(downloadDir)} };
      TestWorkflowEnvironment.${START[kind]}({ server: { executable } })
        .then((environment) => environment.teardown())
        .catch((error) => { console.error(error.message); process.exitCode = 1; });`;
    const result = await run(process.execPath, ['-e', code], {
      cwd: ROOT,
      mayFail: true,
      timeoutMs: 180_000,
    });
    const [program] = readdirSync(downloadDir).filter((name) => !name.endsWith('.downloading'));
    if (!program) throw new PlainError(firstLine(result.output));
    copyFileSync(join(downloadDir, program), `${target}.${process.pid}`);
    chmodSync(`${target}.${process.pid}`, 0o755);
    renameSync(`${target}.${process.pid}`, target);
  } finally {
    rmSync(downloadDir, { recursive: true, force: true });
  }
}

function firstLine(text) {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length > 200 ? `${line.slice(0, 200)} …` : line;
}
