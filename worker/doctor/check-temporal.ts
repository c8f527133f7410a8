import { Connection } from '@temporalio/client';
import type { KnownSettings } from '../../platform/config';
import {
  SEARCH_ATTRIBUTES,
  TEMPORAL_FILES,
  attributeTypeNumber,
  countPollers,
  readTemporalConfig,
} from '../../platform/temporal';
import type { TemporalConfig } from '../../platform/temporal';
import { TASK_QUEUES } from '../../workflows/contract';
import { codeOf, good, unknown, withSettings, wrong } from './finding';
import type { Finding } from './finding';

const TIMEOUT_MS = 5_000;
const NAMES = ['temporal.namespace', 'temporal.attributes', 'temporal.pollers'] as const;
/** gRPC's "not found". */
const NOT_FOUND = '5';
const RIGHTS = 'check the rights of TEMPORAL_API_KEY or of the certificate';

/** Reachable, with our namespace, our search attributes, and somebody at each queue. */
export async function checkTemporal(
  known: KnownSettings,
  environment: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  return await withSettings({ known, needs: [], names: ['temporal', ...NAMES] }, async () => {
    let config: TemporalConfig;
    try {
      config = readTemporalConfig(environment);
    } catch (error) {
      return away(`its settings cannot be used (${codeOf(error)})`, TEMPORAL_FILES);
    }
    return await checkServer(config);
  });
}

function away(says: string, mend: string): Finding[] {
  return [wrong('temporal', says, mend), ...NAMES.map((name) => unknown(name, 'needs Temporal'))];
}

async function checkServer({ address, namespace, connection: options }: TemporalConfig): Promise<Finding[]> {
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...options, address, connectTimeout: TIMEOUT_MS });
  } catch (error) {
    return away(
      `${address} cannot be reached (${codeOf(error)})`,
      'check TEMPORAL_ADDRESS and TEMPORAL_TLS, and that the server runs',
    );
  }
  try {
    return [good('temporal', address), ...(await checkNamespace(connection, namespace))];
  } finally {
    await connection.close();
  }
}

async function checkNamespace(connection: Connection, namespace: string): Promise<Finding[]> {
  const name = 'temporal.namespace';
  try {
    await inTime(connection, () => connection.workflowService.describeNamespace({ namespace }));
  } catch (error) {
    const code = codeOf(error);
    return [
      code === NOT_FOUND
        ? wrong(
            name,
            `"${namespace}" is not there (${code})`,
            `create it: temporal operator namespace create --namespace ${namespace}; or correct TEMPORAL_NAMESPACE`,
          )
        : wrong(name, `"${namespace}" cannot be read (${code})`, `${RIGHTS}, and TEMPORAL_NAMESPACE`),
      ...NAMES.slice(1).map((other) => unknown(other, 'needs the namespace')),
    ];
  }
  return [
    good(name, namespace),
    await readable('temporal.attributes', () => checkAttributes(connection, namespace)),
    await readable('temporal.pollers', () => checkPollers(connection, namespace)),
  ];
}

async function readable(name: string, check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return wrong(name, `Temporal does not let it be read (${codeOf(error)})`, RIGHTS);
  }
}

async function inTime<Result>(connection: Connection, call: () => Promise<Result>): Promise<Result> {
  return await connection.withDeadline(Date.now() + TIMEOUT_MS, call);
}

async function checkAttributes(connection: Connection, namespace: string): Promise<Finding> {
  const name = 'temporal.attributes';
  const { customAttributes } = await inTime(connection, () =>
    connection.operatorService.listSearchAttributes({ namespace }),
  );
  const missing = Object.entries(SEARCH_ATTRIBUTES)
    .filter(([attribute, type]) => Number(customAttributes[attribute]) !== attributeTypeNumber(type))
    .map(([attribute, type]) => `${attribute} (${type.toLowerCase()})`);
  return missing.length === 0
    ? good(name, Object.keys(SEARCH_ATTRIBUTES).join(', '))
    : wrong(
        name,
        `not registered: ${missing.join(', ')}`,
        'start the worker, which registers them; one of another type must be removed by hand before',
      );
}

async function checkPollers(connection: Connection, namespace: string): Promise<Finding> {
  const name = 'temporal.pollers';
  const idle: string[] = [];
  for (const queue of Object.values(TASK_QUEUES)) {
    const of = queue === TASK_QUEUES.conversation ? 'workflows' : 'activities';
    const count = await inTime(connection, () =>
      countPollers(connection.workflowService, { namespace, queue, of }),
    );
    if (count === 0) idle.push(queue);
  }
  return idle.length === 0
    ? good(name, Object.values(TASK_QUEUES).join(', '))
    : wrong(name, `nobody works on: ${idle.join(', ')}`, 'start a worker (npm run worker)');
}
