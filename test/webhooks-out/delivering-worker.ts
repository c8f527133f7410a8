import { readDatabaseConfig } from '../../platform/config';
import { createPool } from '../../platform/database';
import { createLogger } from '../../platform/logger';
import { createWebhookClient } from '../../activities/webhooks/webhook.client';
import { deliverWebhooks } from '../../worker/deliver-webhooks';

/** The part of a worker that delivers webhooks, as a process that a test can kill. */
const TIMEOUT_MS = 120_000;

deliverWebhooks({
  database: createPool({
    url: readDatabaseConfig(process.env).DATABASE_URL,
    connectionsMax: 4,
    statementTimeoutMs: TIMEOUT_MS,
    applicationName: 'webhook-worker-test',
  }),
  logger: createLogger('test', 'info'),
  webhooks: createWebhookClient({ timeoutMs: TIMEOUT_MS, allowsPrivate: true }),
  retry: { firstMs: 1_000, factor: 2, maxMs: 10_000, giveUpAfterMs: 60_000 },
  disableAfterMs: 60_000,
  timeoutMs: TIMEOUT_MS,
  perSubscription: 4,
  lookEveryMs: 50,
  keptMs: 86_400_000,
});
setInterval(() => undefined, 1_000);
