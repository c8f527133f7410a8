import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sayError } from './lib/console.mjs';
import { ROOT } from './lib/paths.mjs';
import { anyFreePort } from './lib/ports.mjs';
import { stopPart } from './lib/processes.mjs';
import { findTemporalCli } from './lib/temporal-cli.mjs';
import { startTemporal } from './lib/temporal-server.mjs';
import { withThrowawayDatabase } from './lib/throwaway.mjs';

const BENCHES = ['bench/turn-cost.ts', 'bench/claim-pace.ts', 'bench/ack-latency.ts'];

try {
  process.exitCode = await withTemporal(runAll);
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}

/** One after the other, each on a database of its own; the exit code of the first that failed. */
async function runAll(temporalAddress) {
  for (const file of BENCHES) {
    const code = await withThrowawayDatabase('continuo_bench', async (url) => {
      const bench = spawn(process.execPath, ['--import', 'tsx', file], {
        cwd: ROOT,
        stdio: 'inherit',
        env: { ...process.env, DATABASE_URL: url, TEMPORAL_ADDRESS: temporalAddress },
      });
      const [exitCode] = await once(bench, 'exit');
      return exitCode ?? 1;
    });
    if (code !== 0) return code;
  }
  return 0;
}

async function withTemporal(work) {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-bench-'));
  const logFile = join(folder, 'temporal.log');
  const temporal = startTemporal({
    cliPath: await findTemporalCli(),
    port: await anyFreePort(),
    logFile,
  });
  try {
    await temporal.ready();
    return await work(temporal.address);
  } finally {
    await stopPart(temporal.part);
    rmSync(folder, { recursive: true, force: true });
  }
}
