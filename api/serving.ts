import { createServer } from 'node:http';
import type { RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROBLEMS } from './problems';

/** How often connections are looked at that a client keeps open for its next request. */
const IDLE_LOOK_MS = 50;

/** A server that can be ended without losing what it answers. */
export interface Serving {
  /** Begins to listen; gives the port. */
  listen(port: number, host: string): Promise<number | null>;
  /**
   * Lets nobody in any more: new connections are refused, requests over old ones are answered 503. What had come before is
   * answered, for at most `graceMs`; then its connections are closed, and whoever wrote writes again.
   */
  stop(graceMs: number): Promise<void>;
}

/** Serves the app until it is stopped. */
export function createServing(app: RequestListener): Serving {
  let isStopping = false;
  const server = createServer((request, response) => {
    if (isStopping) refuse(response);
    else app(request, response);
  });
  return {
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
      return portOf(server.address());
    },
    async stop(graceMs) {
      isStopping = true;
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      // A connection becomes idle when its answer is out.
      const idle = setInterval(() => {
        server.closeIdleConnections();
      }, IDLE_LOOK_MS);
      await Promise.race([closed, sleep(graceMs, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
      clearInterval(idle);
    },
  };
}

function refuse(response: ServerResponse): void {
  const { status, title, whatToDo } = PROBLEMS.unavailable;
  const headers = { 'content-type': 'application/problem+json', connection: 'close', 'retry-after': '2' };
  const type = 'urn:continuo:problem:unavailable';
  response.writeHead(status, headers).end(JSON.stringify({ type, title, status, what_to_do: whatToDo }));
}

function portOf(address: string | AddressInfo | null): number | null {
  return typeof address === 'object' && address !== null ? address.port : null;
}
