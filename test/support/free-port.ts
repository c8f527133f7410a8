import { createServer } from 'node:net';

// Below the range from which the system takes the near ends of outgoing connections, and apart per jest worker.
const FIRST = 20_000;
const PORTS_PER_WORKER = 3_000;
const TRIES_MAX = 50;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const worker = Number(process.env['JEST_WORKER_ID'] ?? '1') % 4;
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const port = FIRST + worker * PORTS_PER_WORKER + Math.floor(Math.random() * PORTS_PER_WORKER);
    if (await canListen(port)) return port;
  }
  throw new Error(`No free port among ${TRIES_MAX} tried.`);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
