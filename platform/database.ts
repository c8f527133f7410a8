import { createHash } from 'node:crypto';
import { Pool, types } from 'pg';
import type { PoolClient, QueryResult, QueryResultRow } from 'pg';

/** A statement that each connection plans once and keeps under its name. */
export type PreparedStatement = { readonly name: string; readonly text: string };

/** Anything that runs one statement: the pool, or a client inside a transaction. */
export interface Database {
  query<Row extends QueryResultRow>(
    statement: string | PreparedStatement,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
}

/** For a statement whose plan costs more than its work. */
export function prepared(text: string): PreparedStatement {
  return { name: createHash('sha256').update(text).digest('hex').slice(0, 32), text };
}

/** A pool that can also open a transaction. */
export interface TransactionalDatabase extends Database {
  connect(): Promise<PoolClient>;
}

/** Opens the process's pool; `connectionsMax` bounds it, `statementTimeoutMs` ends any statement that hangs. */
export function createPool(options: {
  url: string;
  connectionsMax: number;
  statementTimeoutMs: number;
  applicationName: string;
}): Pool {
  // Ids and counters are far below 2^53, so they may travel as numbers.
  types.setTypeParser(types.builtins.INT8, Number);
  const pool = new Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    statement_timeout: options.statementTimeoutMs,
    connectionTimeoutMillis: options.statementTimeoutMs,
    application_name: options.applicationName,
  });
  // Without a listener a connection that the server drops while idle would end the process; the next query reconnects.
  pool.on('error', () => undefined);
  // The same holds for one that is taken out and waits between two statements: its next statement fails, and is told.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  return pool;
}

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export async function inTransaction<Result>(
  database: TransactionalDatabase,
  work: (client: Database) => Promise<Result>,
): Promise<Result> {
  const client = await database.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    await client.query('rollback').catch(() => undefined);
    throw failure;
  } finally {
    // A client that failed may be broken: it is closed instead of being returned to the pool.
    client.release(failure);
  }
}

/** Whether Postgres ended the transaction because others held its locks in another order: the same work may pass anew. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '40P01';
}

/** The first row, or null when there is none. */
export function firstRow<Row extends QueryResultRow>(result: QueryResult<Row>): Row | null {
  return result.rows[0] ?? null;
}

/** The only row of a statement that always yields one; anything else is a defect of the statement. */
export function onlyRow<Row extends QueryResultRow>(result: QueryResult<Row>): Row {
  const row = result.rows[0];
  if (row === undefined || result.rows.length !== 1)
    throw new Error(`expected exactly one row, got ${result.rows.length}`);
  return row;
}
