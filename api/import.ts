import { ConfigError, readDatabaseConfig } from '../platform/config';
import { createPool } from '../platform/database';
import { createLogger, describeError } from '../platform/logger';
import { readArguments } from './import/arguments';
import { importFile } from './import/import-file';
import { ExportError } from './import/record';

const CONNECTIONS_MAX = 5;
/** Waits of a conversation with a very long history are counted in one statement. */
const STATEMENT_TIMEOUT_MIN_MS = 60_000;
const EXIT = { done: 0, failed: 1, rejected: 2 };

/**
 * `npm run import`: fills the past with an export of earlier messages (docs/import.md). Wakes no workflow, opens no
 * window and answers nobody. Ends with 0 when every line is in, 2 when some were rejected, 1 when it could not go on.
 */
async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2));
  const pool = given.isDryRun ? null : openPool();
  try {
    const rejectedCount = await importFile(pool, given);
    process.exitCode = rejectedCount === 0 ? EXIT.done : EXIT.rejected;
  } finally {
    await pool?.end();
  }
}

function openPool() {
  const config = readDatabaseConfig(process.env);
  return createPool({
    url: config.DATABASE_URL,
    connectionsMax: CONNECTIONS_MAX,
    statementTimeoutMs: Math.max(config.DATABASE_STATEMENT_TIMEOUT_MS, STATEMENT_TIMEOUT_MIN_MS),
    applicationName: 'continuo-import',
  });
}

main().catch((error: unknown) => {
  const logger = createLogger('import', 'info');
  if (error instanceof ConfigError || error instanceof ExportError) logger.fatal(error.message);
  else logger.fatal(describeError(error), 'the import stopped; run it again, what is in stays in');
  process.exitCode = EXIT.failed;
});
