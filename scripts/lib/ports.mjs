import { createServer } from 'node:net';
import { PlainError } from './console.mjs';

const HOST = '127.0.0.1';
const TRIES_MAX = 50;
const QUIET_RANGE = { first: 20_000, size: 12_000 };

/** Says whether this machine lets us listen on the port now. */
export async function isPortFree(port) {
  // Both are asked: a server on all addresses does not always hinder a listener on the loopback one.
  return (await canListen(port, HOST)) && (await canListen(port, undefined));
}

function canListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.unref();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A free port below the range from which the system takes the near ends of outgoing connections: a port of that range
 * can be gone between the look and the listening.
 */
export async function anyFreePort() {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const port = QUIET_RANGE.first + Math.floor(Math.random() * QUIET_RANGE.size);
    if (await isPortFree(port)) return port;
  }
  throw new PlainError(`No free port found among ${TRIES_MAX} tried.`);
}

/** The preferred port or the next free one after it; `taken` holds ports promised to others already. */
export async function findPort(preferred, taken = new Set()) {
  const last = Math.min(preferred + TRIES_MAX, 65_535);
  for (let port = preferred; port <= last; port += 1) {
    if (taken.has(port) || !(await isPortFree(port))) continue;
    taken.add(port);
    return port;
  }
  throw new PlainError(
    `No free port between ${preferred} and ${last}: stop one of the programs there and start again.`,
  );
}

/** A different free port for each name. */
export async function anyFreePorts(names) {
  const ports = new Map();
  while (ports.size < names.length) {
    const port = await anyFreePort();
    if (![...ports.values()].includes(port)) ports.set(names[ports.size], port);
  }
  return Object.fromEntries(ports);
}
