// First: from then on an end that is asked for is heard.
import { onShutdown } from '../platform/shutdown';
import type { Pool } from 'pg';
import { createBackground } from '../platform/background';
import { ConfigError, readApiConfig, secretsOf } from '../platform/config';
import type { ApiConfig } from '../platform/config';
import { createPool } from '../platform/database';
import { createLogger, describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { createFolderMediaStorage } from '../platform/media-storage';
import { measureProcess, registry } from '../platform/metrics';
import { serveMetrics } from '../platform/metrics-server';
import { explainStartFailure } from '../platform/start-failure';
import { createLazyTemporalClient, readTemporalConfig } from '../platform/temporal';
import { startTracing } from '../platform/tracing';
import { createHandOver } from './ingest/hand-over';
import { startSweep } from './ingest/sweep';
import { createWebhookRouter } from './ingest/webhook.routes';
import { createPostgresMeasurement } from './measure-postgres';
import { createHealth } from './health';
import { createApp } from './server';
import { createServing } from './serving';

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
  const background = createBackground();
  const app = createApp({
    pool,
    logger,
    tokens: config.API_TOKENS,
    rateLimit: { requestsMax: config.API_RATE_LIMIT_REQUESTS, windowMs: config.API_RATE_LIMIT_WINDOW_MS },
    handOver,
    outgoingWebhooks: {
      allowsPrivate: config.WEBHOOK_ALLOW_PRIVATE_ADDRESSES,
      secretOverlapMs: config.WEBHOOK_SECRET_OVERLAP_MS,
    },
    webhooks: createWebhookRouter({
      database: pool,
      handOver,
      background,
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
    readHealth: createHealth({ database: pool, temporal, logger, background }),
  });
  const serving = createServing(app);
  const stopMetrics = await serveApiMetrics(config, pool, logger);
  const stopSweep = startSweep({ database: pool, temporal, handOver, logger });
  // Before the first request can come.
  onShutdown(logger, config.API_SHUTDOWN_MS, [
    () => serving.stop(config.API_ANSWER_GRACE_MS),
    stopSweep,
    () => background.ended(),
    () => handOver.drained(),
    () => temporal.connection.close(),
    stopMetrics,
    () => pool.end(),
    stopTracing,
  ]);
  const port = await serving.listen(config.API_PORT, config.API_HOST);
  logger.info({ port }, 'api listening');
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
