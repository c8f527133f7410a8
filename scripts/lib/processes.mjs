import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlainError } from './console.mjs';

const running = new Set();

/** Ends the programs that `run` is waiting for, for a start that is broken off. */
export function endRunning() {
  for (const child of running) child.kill('SIGTERM');
}

/** Runs a program to its end and gives what it printed; throws when it fails, unless told to return it. */
export function run(
  command,
  args,
  { cwd, env, uid, gid, show = false, mayFail = false, timeoutMs = 600_000 } = {},
) {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'];
    const child = spawn(command, args, {
      cwd,
      env,
      uid,
      gid,
      stdio,
    });
    running.add(child);
    // Not spawn's own time limit: that one keeps us alive for its whole length when the program cannot be started.
    const limit = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => finish(null, error.message));
    child.once('close', (code, signal) =>
      finish(code, signal ? `stopped by ${signal}` : `exit code ${code}`),
    );
    function finish(code, reason) {
      clearTimeout(limit);
      running.delete(child);
      if (code === 0 || mayFail) resolve({ ok: code === 0, code, output: output || reason });
      else reject(new PlainError(`${command} ${args.join(' ')} failed (${reason})\n${lastLines(output)}`));
    }
  });
}

/**
 * Starts a part as a process group of its own, so that a Ctrl-C in the terminal reaches only us and the whole group can
 * be stopped. Its output goes straight into a file: the part lives on, and stays readable, when we are killed.
 */
export function startPart({ name, command, args, env, cwd, uid, gid, logFile }) {
  mkdirSync(dirname(logFile), { recursive: true });
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.previous`);
  const log = openSync(logFile, 'w');
  const child = spawn(command, args, { cwd, env, uid, gid, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const part = { name, pid: child.pid, logFile, isStopping: false, end: null, exited: null };
  part.exited = new Promise((resolve) => {
    const finish = (reason) => {
      part.end ??= reason;
      resolve(part.end);
    };
    child.once('error', (error) => finish(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      finish(signal ? `ended by ${signal}` : `ended with exit code ${code}`),
    );
  });
  return part;
}

/** Asks a part to end, and ends its whole group if it does not within the grace period. */
export async function stopPart(part, { signal = 'SIGTERM', graceMs = 15_000 } = {}) {
  part.isStopping = true;
  if (part.pid === undefined) return;
  if (part.end === null) {
    signalGroup(part.pid, signal);
    await Promise.race([part.exited, sleep(graceMs, undefined, { ref: false })]);
  }
  signalGroup(part.pid, 'SIGKILL'); // whatever the part had started itself and left behind
  await part.exited;
}

/** Ends a part and all that it has started at once, the way a power cut would. */
export async function killPart(part) {
  part.isStopping = true;
  if (part.pid === undefined) return;
  // Programs such as Postgres give their children groups of their own; those are gone from the list once it is dead.
  const children = childrenOf(part.pid);
  signalGroup(part.pid, 'SIGKILL');
  for (const pid of children) signalOne(pid, 'SIGKILL');
  await part.exited;
}

function childrenOf(pid) {
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = list.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child);
}

function signalOne(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Sends a signal to a process group; a group that is gone already is fine. */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}

/** Waits until `check` gives something, and says why when the part dies or the time is over. */
export async function waitForPart(part, check, { what, timeoutMs = 60_000 }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const result = await check();
    if (result) return result;
    if (part.end !== null) throw new PlainError(`${part.name} ${part.end} before ${what}.\n${tailOf(part)}`);
    if (Date.now() > deadline)
      throw new PlainError(
        `${part.name}: no sign of "${what}" within ${timeoutMs / 1000} s.\n${tailOf(part)}`,
      );
    await sleep(100);
  }
}

/** Waits for a line in the part's log and gives the match. */
export function waitForLog(part, pattern, options = {}) {
  const check = () => pattern.exec(readFileSync(part.logFile, 'utf8'));
  return waitForPart(part, check, { what: `its line ${pattern}`, ...options });
}

/** The last lines of a part's log, with the name of the file. */
export function tailOf(part) {
  return `Last lines of ${part.logFile}:\n${lastLines(readFileSync(part.logFile, 'utf8'))}`;
}

function lastLines(text) {
  const lines = text.trimEnd().split('\n').slice(-20);
  return lines.map((line) => `  | ${line}`).join('\n');
}
