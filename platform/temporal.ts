import { Client, Connection } from '@temporalio/client';
import type { ConnectionLike } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/** Search attributes that must be registered on the namespace: an unregistered one refuses starts or fails workflow tasks. */
const SEARCH_ATTRIBUTES = {
  ConversationStatus: 'KEYWORD',
  Owner: 'KEYWORD',
  NeedsHuman: 'BOOL',
  NextActionAt: 'DATETIME',
  NumberId: 'KEYWORD',
} as const;

/** How to reach Temporal, from TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the other names of the SDK's environment configuration. */
export function readTemporalConfig(): {
  address: string;
  namespace: string;
  connection: TemporalConnectionOptions;
} {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return {
    address: connectionOptions.address ?? '127.0.0.1:7233',
    namespace: namespace ?? 'default',
    connection: connectionOptions,
  };
}

export type TemporalConnectionOptions = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

/** A client that connects on first use, so that a process can start and take webhooks while Temporal is away. */
export function createLazyTemporalClient(): Client {
  const { connection, namespace } = readTemporalConfig();
  return new Client({ connection: Connection.lazy(connection), namespace });
}

const INDEXED_VALUE_TYPES = { KEYWORD: 2, BOOL: 5, DATETIME: 6 } as const;

/** Registers the search attributes that the namespace does not have yet. Throws when Temporal refuses. */
export async function ensureSearchAttributes(connection: ConnectionLike, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(
    ([name]) => !Object.hasOwn(customAttributes, name),
  );
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, INDEXED_VALUE_TYPES[type]])),
  });
}
