import { join } from 'node:path';
import { PlainError, progress } from './console.mjs';
import { endLeftovers, RunFile } from './run-file.mjs';
import { Supervisor } from './supervisor.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `work` under a supervisor until it ends, a part dies or somebody interrupts, and stops everything in each case.
 * Gives the exit code; an error is thrown after everything is stopped.
 */
export async function underSupervision({ dataDir, work }) {
  const runFile = await claimRun(dataDir);
  const supervisor = new Supervisor(runFile);
  const interruption = listenForSignals();
  try {
    const outcome = work({ supervisor, runFile });
    outcome.catch(() => {}); // it may still fail while we stop because of something else
    return await Promise.race([outcome, supervisor.crash, interruption.happened]);
  } finally {
    interruption.isStopping = true;
    await supervisor.stopAll((name) => progress(`Stopping ${name} …`));
    interruption.close();
  }
}

/** One start per data directory; what a killed one left running is ended first. */
async function claimRun(dataDir) {
  const runFile = new RunFile(join(dataDir, 'run.json'));
  const before = runFile.read();
  const owner = runFile.claim({});
  if (owner !== null) {
    const addresses = (owner.addresses ?? []).map(([label, value]) => `\n  ${label}: ${value}`).join('');
    throw new PlainError(
      `It is running already (process ${owner.pid}).${addresses}\nEnd that one first with Ctrl-C.`,
    );
  }
  const ended = await endLeftovers(before?.parts ?? []);
  if (ended.length > 0) progress(`Ended what an earlier start had left behind: ${ended.join(', ')}.`);
  return runFile;
}

function listenForSignals() {
  const interruption = { isStopping: false, happened: null, close: null };
  interruption.happened = new Promise((resolve) => {
    const handler = (signal) => {
      progress(interruption.isStopping ? 'Still stopping …' : `${signal}: stopping everything.`);
      resolve(0);
    };
    for (const signal of SIGNALS) process.on(signal, handler);
    interruption.close = () => SIGNALS.forEach((signal) => process.removeListener(signal, handler));
  });
  return interruption;
}
