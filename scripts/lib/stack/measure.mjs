import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError, table } from '../console.mjs';
import { clientsFor } from '../morning/clients.mjs';
import { Stage } from '../morning/stage.mjs';
import { stopPart } from '../processes.mjs';

const ANSWER_TIME_MS = 60_000;
const BUYER = { name: 'Mara Lind', wa_id: '447700900100' };

/** One buyer asks, the automation answers: the times that people and operators see. Throws when no answer comes. */
export async function measureOneMessage({ ports }) {
  const stage = new Stage(clientsFor(ports), BUYER);
  const startedAtMs = performance.now();
  await stage.write('Hello, do you deliver to Leeds?');
  const takenMs = performance.now() - startedAtMs;
  const hasAnswer = await stage.until(({ received }) => received.length > 0, ANSWER_TIME_MS);
  if (!hasAnswer) throw new PlainError(`No answer within ${ANSWER_TIME_MS / 1000} s.`);
  return { takenMs, answeredMs: performance.now() - startedAtMs };
}

/** The metrics of the parts, where Prometheus would read them. Throws where one tells nothing. */
export async function readMetrics({ ports }) {
  const texts = {};
  for (const name of ['apiMetrics', 'workerMetrics', 'workerTemporalMetrics', 'temporalMetrics']) {
    const response = await fetch(`http://127.0.0.1:${ports[name]}/metrics`);
    texts[name] = await response.text();
    if (!response.ok || texts[name] === '')
      throw new PlainError(`${name} tells nothing (${response.status}).`);
  }
  return texts;
}

/** Ends a part the way a container is stopped; gives the time it took. Throws where it did not end well by itself. */
export async function endOrderly(part, graceMs) {
  const startedAtMs = performance.now();
  await stopPart(part, { graceMs });
  if (part.end !== 'ended with exit code 0') throw new PlainError(`${part.name} ${part.end} after SIGTERM.`);
  return performance.now() - startedAtMs;
}

/** Memory in use by a process, in bytes; null where the system does not tell. */
export function memoryOf({ pid }) {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1_024;
  } catch {
    return null;
  }
}

/** All files of a folder together, in bytes. */
export function sizeOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

export function tellMeasured(rows) {
  table(rows.filter(([, value]) => value !== null));
}
