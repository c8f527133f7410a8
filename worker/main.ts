// First: from then on an end that is asked for is heard.
import { onShutdown } from '../platform/shutdown';
import { NativeConnection } from '@temporalio/worker';
import type { Worker } from '@temporalio/worker';
import { createActivities } from '../activities';
import { createHubSpotClient } from '../activities/hubspot/hubspot.client';
import { createWhatsAppClient } from '../activities/whatsapp/whatsapp.client';
import { ConfigError, readWorkerConfig, secretsOf } from '../platform/config';
import type { WorkerConfig } from '../platform/config';
import { createPool } from '../platform/database';
import type { TransactionalDatabase } from '../platform/database';
import { createLogger, describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { measureProcess, registry } from '../platform/metrics';
import { serveMetrics } from '../platform/metrics-server';
import { loadReplyModel } from '../platform/reply-model';
import { explainStartFailure } from '../platform/start-failure';
import { ensureSearchAttributes, readTemporalConfig } from '../platform/temporal';
import { startTracing } from '../platform/tracing';
import { StartRefused, importPolicy, prepareHubSpot } from './bootstrap';
import { loadWorkflowBundle } from './bundle';
import { createMediaParts } from './media-parts';
import { keepNeverAutomateList } from './keep-never-automate';
import { keepStarts } from './keep-starts';
import { keepTemplates } from './keep-templates';
import { tellAlarms } from './tell-alarms';
import { createWorkers, installRuntime } from './workers';
import { startWebhooks } from './start-webhooks';

async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  const temporal = readTemporalConfig();
  const logger = createLogger('worker', config.LOG_LEVEL, { secrets: secretsOf(config) });
  measureProcess('worker');
  const stopTracing = startTracing({ part: 'worker', url: config.TRACES_URL, share: config.TRACES_SHARE });
  installRuntime(logger, temporalMetricsAddress(config));
  // One connection more than local activities may run at once, so that none of them waits for one.
  const pool = createPool({
    url: config.DATABASE_URL,
    connectionsMax: config.WORKER_LOCAL_ACTIVITIES_MAX + 10,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    applicationName: 'continuo-worker',
  });
  await importPolicy(pool, config.POLICY_FILE, logger);
  const connection = await NativeConnection.connect(temporal.connection);
  await ensureSearchAttributes(connection, temporal.namespace);
  const clients = createClients(config);
  const media = await createMediaParts(config, logger);
  const workers = await createWorkers({
    connection,
    namespace: temporal.namespace,
    logger,
    isTraced: config.TRACES_URL !== undefined,
    localActivitiesMax: config.WORKER_LOCAL_ACTIVITIES_MAX,
    shutdownGraceMs: config.WORKER_SHUTDOWN_GRACE_MS,
    workflowBundle: await loadWorkflowBundle(config.WORKFLOW_BUNDLE_FILE),
    activities: createActivities({
      database: pool,
      logger,
      ...clients,
      ...media,
      replyModel: loadReplyModel(),
    }),
  });
  const stopMetrics = await serveWorkerMetrics(config, logger);
  const preparation = prepareHubSpot({ database: pool, hubspot: clients.hubspot, logger });
  const stopKeeping = keepInStep(config, { database: pool, logger, ...clients });
  const running = Promise.all(workers.map((worker) => worker.run()));
  // Before the first task can come.
  onShutdown(logger, config.WORKER_SHUTDOWN_MS, [
    async () => {
      preparation.stop();
      shutDown(workers);
      await running;
    },
    stopKeeping,
    () => connection.close(),
    stopMetrics,
    () => pool.end(),
    stopTracing,
  ]);
  logger.info({ namespace: temporal.namespace, address: temporal.address }, 'worker running');
  await running;
}

/** What is looked at again and again beside the queues. Returns the stop. */
function keepInStep(
  config: WorkerConfig,
  parts: ReturnType<typeof createClients> & {
    readonly database: TransactionalDatabase;
    readonly logger: Logger;
  },
): () => Promise<void> {
  const stops = [
    keepTemplates({
      ...parts,
      wabaId: config.WHATSAPP_BUSINESS_ACCOUNT_ID,
      everyMs: config.TEMPLATE_SYNC_EVERY_MS,
    }),
    keepStarts({ ...parts, everyMs: config.HUBSPOT_START_EVERY_MS }),
    keepNeverAutomateList({ ...parts, everyMs: config.HUBSPOT_NEVER_AUTOMATE_EVERY_MS }),
    tellAlarms(parts),
    startWebhooks(config, parts),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

function serveWorkerMetrics(config: WorkerConfig, logger: Logger): Promise<() => Promise<void>> {
  return serveMetrics({
    port: config.WORKER_METRICS_PORT,
    host: config.METRICS_HOST,
    registry,
    logger,
  });
}

function temporalMetricsAddress(config: WorkerConfig): string | null {
  const { WORKER_TEMPORAL_METRICS_PORT: port, METRICS_HOST: host } = config;
  return port === undefined ? null : `${host}:${port}`;
}

function createClients(config: WorkerConfig) {
  return {
    whatsapp: createWhatsAppClient({
      baseUrl: config.WHATSAPP_BASE_URL,
      apiVersion: config.WHATSAPP_API_VERSION,
      accessToken: config.WHATSAPP_ACCESS_TOKEN,
      timeoutMs: config.WHATSAPP_TIMEOUT_MS,
      connectTimeoutMs: config.WHATSAPP_CONNECT_TIMEOUT_MS,
    }),
    hubspot: createHubSpotClient({
      baseUrl: config.HUBSPOT_BASE_URL,
      accessToken: config.HUBSPOT_ACCESS_TOKEN,
      timeoutMs: config.HUBSPOT_TIMEOUT_MS,
    }),
  };
}

function shutDown(workers: readonly Worker[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}

function refuse(error: unknown, logger: Logger): never {
  if (error instanceof ConfigError || error instanceof StartRefused) console.error(error.message);
  else logger.fatal(describeError(error), explainStartFailure(error, addresses()));
  process.exit(1);
}

function addresses() {
  return { databaseUrl: process.env['DATABASE_URL'], temporalAddress: readTemporalConfig().address };
}

main().catch((error: unknown) => refuse(error, createLogger('worker', 'info')));
