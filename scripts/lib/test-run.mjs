import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DATA_DIR } from './paths.mjs';
import { endLeftovers, isSame, RunFile } from './run-file.mjs';

const FOLDER = join(DATA_DIR, 'test-runs');
const VARIABLE = 'CONTINUO_TEST_RUN';

/** Opens a test run: a throwaway folder, and a note on disk by which a later run can clear up after this one. */
export async function openTestRun() {
  await clearDeadRuns();
  const folder = mkdtempSync(join(tmpdir(), 'continuo-test-'));
  chmodSync(folder, 0o755); // Postgres may run as another user
  const runFile = new RunFile(join(FOLDER, `${process.pid}.json`));
  const id = `${process.pid}-${Date.now()}`;
  runFile.claim({ id, folder });
  return { id, folder, runFile, environment: { [VARIABLE]: id } };
}

/** Removes what the run left on disk. */
export function closeTestRun({ folder, runFile }) {
  rmSync(folder, { recursive: true, force: true });
  runFile.remove();
}

async function clearDeadRuns() {
  for (const name of listOf(FOLDER)) {
    const file = new RunFile(join(FOLDER, name));
    const run = file.read();
    if (run === null || isSame(run)) continue;
    endProcesses(processesOf(run.id));
    await endLeftovers(run.parts);
    closeTestRun({ folder: run.folder, runFile: file });
  }
}

/** Processes that tests of this run started and did not stop; they get so long to go by themselves (ms), on a busy machine too. */
const GOING_MS = 20_000;

/** Ends the processes that tests of this run have left behind, and names them. */
export async function endLeaks(id) {
  const deadline = Date.now() + GOING_MS;
  while (processesOf(id).length > 0 && Date.now() < deadline) await sleep(100);
  const leaks = processesOf(id);
  endProcesses(leaks);
  return leaks.map(({ pid, command, test }) => `process ${pid} (${command}) started by ${test}`);
}

function endProcesses(processes) {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // gone meanwhile
    }
  }
}

/** Every process inherits the run's id in its environment; only Linux shows it to us. */
function processesOf(id) {
  const pids = listOf('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const environment = textOf(`/proc/${pid}/environ`).split('\0');
    if (!environment.includes(`${VARIABLE}=${id}`)) return [];
    const test = environment.find((entry) => entry.startsWith('CONTINUO_TEST_FILE='));
    const command = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    return command === '' ? [] : [{ pid: Number(pid), command, test: test?.split('=')[1] ?? 'a test' }];
  });
}

function listOf(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
