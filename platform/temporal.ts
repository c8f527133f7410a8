import { Client, Connection } from '@temporalio/client';
import type { ConnectionLike } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client';
import { ConfigError } from './config';
import { describeError } from './logger';

/** Search attributes that must be registered on the namespace: an unregistered one refuses starts or fails workflow tasks. */
export const SEARCH_ATTRIBUTES = {
  ConversationStatus: 'KEYWORD',
  Owner: 'KEYWORD',
  NeedsHuman: 'BOOL',
  NextActionAt: 'DATETIME',
  NumberId: 'KEYWORD',
} as const;

/** What a person looks at when the settings of Temporal cannot be used. */
export const TEMPORAL_FILES =
  'check TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE, and the files of TEMPORAL_TLS_CLIENT_CERT_PATH, _KEY_PATH and _SERVER_CA_CERT_PATH';

/**
 * How to reach Temporal, from TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the other names of the SDK's environment configuration.
 * Throws ConfigError.
 */
export function readTemporalConfig(environment: NodeJS.ProcessEnv = process.env): TemporalConfig {
  const { connectionOptions, namespace } = loadConfig(environment);
  return {
    address: connectionOptions.address ?? '127.0.0.1:7233',
    namespace: namespace ?? 'default',
    connection: connectionOptions,
  };
}

function loadConfig(environment: NodeJS.ProcessEnv): ReturnType<typeof loadClientConnectConfig> {
  const given = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(given) });
  } catch (cause) {
    // A file that is not there, a profile that no file has, a certificate without its key.
    const { type, code } = describeError(cause);
    const message = `The settings of Temporal cannot be used (${code ?? type}): ${TEMPORAL_FILES}.`;
    throw new ConfigError(message, { cause });
  }
}

export type TemporalConfig = {
  readonly address: string;
  readonly namespace: string;
  readonly connection: TemporalConnectionOptions;
};

type TemporalConnectionOptions = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

/**
 * A client that connects on first use, so that a process can start and take webhooks while Temporal is away. `isTraced`: what
 * it sends carries the ids of the current trace as a header.
 */
export function createLazyTemporalClient({ isTraced = false } = {}): Client {
  const { connection, namespace } = readTemporalConfig();
  return new Client({
    connection: Connection.lazy(connection),
    namespace,
    interceptors: { workflow: isTraced ? [new OpenTelemetryWorkflowClientInterceptor()] : [] },
  });
}

const INDEXED_VALUE_TYPES = { KEYWORD: 2, BOOL: 5, DATETIME: 6 } as const;

/** The number by which the protocol knows a type of search attribute. */
export function attributeTypeNumber(type: keyof typeof INDEXED_VALUE_TYPES): number {
  return INDEXED_VALUE_TYPES[type];
}

/** Registers the search attributes that the namespace does not have yet. Throws when Temporal refuses. */
export async function ensureSearchAttributes(connection: ConnectionLike, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(
    ([name]) => !Object.hasOwn(customAttributes, name),
  );
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, attributeTypeNumber(type)])),
  });
}

/** Kinds of pollers as Temporal numbers them; the enum is in a package of the SDK's own. */
const QUEUE_TYPES = { workflows: 1, activities: 2 } as const;

/** How many workers have asked for tasks of a queue in the last minutes. Throws when Temporal cannot be asked. */
export async function countPollers(
  service: ConnectionLike['workflowService'],
  { namespace, queue, of }: { namespace: string; queue: string; of: keyof typeof QUEUE_TYPES },
): Promise<number> {
  const { pollers } = await service.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    ...Object.fromEntries([['taskQueueType', QUEUE_TYPES[of]]]),
  });
  return pollers.length;
}
