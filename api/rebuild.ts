import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { ConfigError, readDatabaseConfig } from '../platform/config';
import { createPool } from '../platform/database';
import { createLogger, describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { createLazyTemporalClient } from '../platform/temporal';
import { createHandOver, findNotHandedOver } from './ingest/hand-over';
import type { HandOver } from './ingest/hand-over';
import { countOpen, requestLookAtOpen } from './ingest/reopen';

const BATCH_MAX = 500;
const PAUSE_MS = 250;
/** Without any progress for so long, Temporal or Postgres is away and a person must look. */
const STUCK_AFTER_MS = 60_000;

/**
 * `npm run rebuild`: after Temporal lost its state, or was restored from an old backup, wakes every conversation that has
 * something open. The workflows read from Postgres what there is to do; nothing is sent twice.
 */
async function main(): Promise<void> {
  const config = readDatabaseConfig(process.env);
  const logger = createLogger('rebuild', config.LOG_LEVEL);
  const pool = createPool({
    url: config.DATABASE_URL,
    connectionsMax: 20,
    statementTimeoutMs: config.DATABASE_STATEMENT_TIMEOUT_MS,
    applicationName: 'continuo-rebuild',
  });
  const temporal = createLazyTemporalClient();
  const handOver = createHandOver({ database: pool, temporal, logger });
  try {
    const wokenCount = await requestLookAtOpen(pool);
    logger.info({ wokenCount }, 'open conversations are to be woken');
    await wakeAll({ pool, handOver, logger });
    logger.info({ wokenCount }, 'done: all of them were handed over to Temporal');
  } finally {
    await handOver.drained();
    await temporal.connection.close();
    await pool.end();
  }
}

async function wakeAll(parts: { pool: Pool; handOver: HandOver; logger: Logger }): Promise<void> {
  const { pool, handOver, logger } = parts;
  let leftCount = await countOpen(pool);
  let progressAtMs = Date.now();
  while (leftCount > 0) {
    for (const conversationId of await findNotHandedOver(pool, 0, BATCH_MAX)) handOver.soon(conversationId);
    await handOver.drained();
    await pause(PAUSE_MS);
    const nowLeftCount = await countOpen(pool);
    if (nowLeftCount < leftCount) progressAtMs = Date.now();
    leftCount = nowLeftCount;
    logger.info({ leftCount }, 'conversations left');
    if (Date.now() - progressAtMs > STUCK_AFTER_MS)
      throw new ConfigError(
        `No conversation could be handed over for a minute, ${leftCount} are left: check TEMPORAL_ADDRESS and that Temporal answers, then run this again.`,
      );
  }
}

main().catch((error: unknown) => {
  const logger = createLogger('rebuild', 'info');
  if (error instanceof ConfigError) logger.fatal(error.message);
  else logger.fatal(describeError(error), 'the rebuild failed');
  process.exit(1);
});
