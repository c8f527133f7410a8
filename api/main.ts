import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import { ConfigError, readApiConfig, secretsOf } from '../platform/config';
import type { ApiConfig } from '../platform/config';
import { createPool } from '../platform/database';
import { createLogger, describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { createFolderMediaStorage } from '../platform/media-storage';
import { measureProcess, registry } from '../platform/metrics';
import { serveMetrics } from '../platform/metrics-server';
import { explainStartFailure } from '../platform/start-failure';
import { onShutdown } from '../platform/shutdown';
import { createLazyTemporalClient, readTemporalConfig } from '../platform/temporal';
import { startTracing } from '../platform/tracing';
import { createHandOver } from './ingest/hand-over';
import { startSweep } from './ingest/sweep';
import { createWebhookRouter } from './ingest/webhook.routes';
import { createPostgresMeasurement } from './measure-postgres';
import { createReadiness } from './readiness';
import { createApp } from './server';

/** All of a graceful stop: running answers, the sweep, hand-overs, the pool. */
const SHUTDOWN_DEADLINE_MS = 15_000;

async function main(): Promise<void> {
  const config = readApiConfig(process.env);
  const logger = createLogger('api', config.LOG_LEVEL, { secrets: secretsOf(config) });
  measureProcess('api');
  const stopTracing = startTracing({ part: 'api', url: config.TRACES_URL, share: config.TRACES_SHARE });
  const pool = createPool({
    url: config.DATABASE_URL,
    connectionsMax: config.API_DATABASE_CONNECTIONS_MAX,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    applicationName: 'continuo-api',
  });
  const temporal = createLazyTemporalClient({ isTraced: config.TRACES_URL !== undefined });
  const handOver = createHandOver({ database: pool, temporal, logger });
  const app = createApp({
    pool,
    logger,
    tokens: config.API_TOKENS,
    rateLimit: {
      requestsMax: config.API_RATE_LIMIT_REQUESTS,
      windowMs: config.API_RATE_LIMIT_WINDOW_MS,
    },
    handOver,
    outgoingWebhooks: {
      allowsPrivate: config.WEBHOOK_ALLOW_PRIVATE_ADDRESSES,
      secretOverlapMs: config.WEBHOOK_SECRET_OVERLAP_MS,
    },
    webhooks: createWebhookRouter({
      database: pool,
      handOver,
      logger,
      appSecrets: config.WHATSAPP_APP_SECRETS,
      verifyToken: config.WHATSAPP_VERIFY_TOKEN,
    }),
    media: {
      storage: createFolderMediaStorage(config.MEDIA_FOLDER),
      links: {
        secret: config.WHATSAPP_APP_SECRETS[0] ?? '',
        publicUrl: config.PUBLIC_URL,
        lifeSeconds: config.MEDIA_LINK_SECONDS,
      },
    },
    isReady: createReadiness({ database: pool, logger }),
  });
  const server = createServer(app);
  const stopSweep = startSweep({ database: pool, temporal, handOver, logger });
  await listen(server, config);
  const stopMetrics = await serveApiMetrics(config, pool, logger);
  onShutdown(logger, SHUTDOWN_DEADLINE_MS, [
    () => close(server),
    stopSweep,
    () => handOver.drained(),
    () => temporal.connection.close(),
    stopMetrics,
    () => pool.end(),
    stopTracing,
  ]);
  logger.info({ port: portOf(server.address()) }, 'api listening');
}

function listen(server: Server, config: ApiConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.API_PORT, config.API_HOST, resolve);
  });
}

/** Resolves when the running requests are answered. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
  });
}

function serveApiMetrics(config: ApiConfig, pool: Pool, logger: Logger): Promise<() => Promise<void>> {
  return serveMetrics({
    port: config.API_METRICS_PORT,
    host: config.METRICS_HOST,
    registry,
    logger,
    refresh: createPostgresMeasurement({ database: pool, logger }),
  });
}

function portOf(address: string | AddressInfo | null): number | null {
  return typeof address === 'object' && address !== null ? address.port : null;
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) console.error(error.message);
  else {
    const addresses = {
      databaseUrl: process.env['DATABASE_URL'],
      temporalAddress: readTemporalConfig().address,
    };
    createLogger('api', 'info').fatal(describeError(error), explainStartFailure(error, addresses));
  }
  process.exit(1);
});
