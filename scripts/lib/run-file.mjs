import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What tells one process from a later one with the same number: when it began and its command line.
 * Null when no such process lives.
 */
export function identityOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    return `${fields[19]} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()}`;
  } catch {
    return process.platform === 'linux' ? null : identityFromPs(pid);
  }
}

function identityFromPs(pid) {
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=,args=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
    );
  } catch {
    return null;
  }
}

/** Notes on disk which processes are ours, so that the next start can clear up after a kill -9 of this one. */
export class RunFile {
  constructor(path) {
    this.path = path;
    this.content = null;
  }

  /** Takes the file for this process; gives the live owner's content when somebody else holds it. */
  claim(details) {
    const other = this.read();
    if (other && other.pid !== process.pid && isSame(other)) return other;
    this.content = { pid: process.pid, identity: identityOf(process.pid), ...details, parts: [] };
    this.save();
    return null;
  }

  /** Notes a part that was just started. */
  add({ name, pid }) {
    if (pid === undefined) return;
    this.content.parts.push({ name, pid, identity: identityOf(pid) });
    this.save();
  }

  /** Adds details for readers, e.g. the addresses. */
  note(details) {
    this.content = { ...this.content, ...details };
    this.save();
  }

  /** Content left by an earlier run, or null. */
  read() {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8'));
    } catch {
      return null;
    }
  }

  save() {
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, JSON.stringify(this.content, null, 2));
  }

  remove() {
    rmSync(this.path, { force: true });
  }
}

/** Says whether the noted process still lives and is the same one. */
export function isSame({ pid, identity }) {
  const now = identityOf(pid);
  return now !== null && now === identity;
}

/** Ends what an earlier run left behind, last started first, and only what is provably ours. Gives the names. */
export async function endLeftovers(parts) {
  const ended = [];
  for (const part of [...parts].reverse()) {
    if (!isSame(part)) continue;
    await endLeftover(part);
    ended.push(part.name);
  }
  return ended;
}

async function endLeftover(part) {
  // SIGINT is the fast, clean shutdown of Postgres and a plain stop for all others.
  for (const [signal, waitMs] of [
    ['SIGINT', 5_000],
    ['SIGKILL', 5_000],
  ]) {
    try {
      process.kill(-part.pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + waitMs;
    while (isSame(part) && Date.now() < deadline) await sleep(50);
    if (!isSame(part)) return;
  }
}
