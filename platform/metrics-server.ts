import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { describeError } from './logger';
import type { Logger } from './logger';

/**
 * Serves `/metrics` for Prometheus on a port of its own, which is not for the outside world. Where no port is set nothing
 * is served. Returns the stop.
 */
export async function serveMetrics(parts: {
  readonly port: number | undefined;
  readonly host: string;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Brings figures that stand elsewhere up to date; must not fail. */
  readonly refresh?: () => Promise<void>;
}): Promise<() => Promise<void>> {
  const { port, host, registry, logger } = parts;
  if (port === undefined) return () => Promise.resolve();
  const answer = async (response: ServerResponse): Promise<void> => {
    await parts.refresh?.();
    const text = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType }).end(text);
  };
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    answer(response).catch((error: unknown) => {
      logger.error(describeError(error), 'the metrics could not be told');
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
}
