import { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES, attributeTypeNumber, countPollers } from '../../platform/temporal';
import type { TemporalConfig } from '../../platform/temporal';
import { TASK_QUEUES } from '../../workflows/contract';
import { codeOf, good, unknown, wrong } from './finding';
import type { Finding } from './finding';

const CONNECT_TIMEOUT_MS = 5_000;
const NAMES = ['temporal.namespace', 'temporal.attributes', 'temporal.pollers'];

/** Reachable, with our namespace, our search attributes, and somebody at each queue. */
export async function checkTemporal(to: TemporalConfig): Promise<Finding[]> {
  const { address, namespace, connection: options } = to;
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...options, address, connectTimeout: CONNECT_TIMEOUT_MS });
  } catch (error) {
    return [
      wrong(
        'temporal',
        `${address} cannot be reached (${codeOf(error)})`,
        'check TEMPORAL_ADDRESS and TEMPORAL_TLS, and that the server runs',
      ),
      ...NAMES.map((name) => unknown(name, 'needs Temporal')),
    ];
  }
  try {
    return [good('temporal', address), ...(await checkNamespace(connection, namespace))];
  } finally {
    await connection.close();
  }
}

async function checkNamespace(connection: Connection, namespace: string): Promise<Finding[]> {
  try {
    await connection.withDeadline(Date.now() + CONNECT_TIMEOUT_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } catch (error) {
    return [
      wrong(
        'temporal.namespace',
        `"${namespace}" is not there (${codeOf(error)})`,
        `create it: temporal operator namespace create --namespace ${namespace}; or correct TEMPORAL_NAMESPACE`,
      ),
      ...NAMES.slice(1).map((name) => unknown(name, 'needs the namespace')),
    ];
  }
  return [
    good('temporal.namespace', namespace),
    await checkAttributes(connection, namespace),
    await checkPollers(connection, namespace),
  ];
}

async function checkAttributes(connection: Connection, namespace: string): Promise<Finding> {
  const name = 'temporal.attributes';
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
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
    const count = await countPollers(connection.workflowService, { namespace, queue, of });
    if (count === 0) idle.push(queue);
  }
  return idle.length === 0
    ? good(name, Object.values(TASK_QUEUES).join(', '))
    : wrong(name, `nobody works on: ${idle.join(', ')}`, 'start a worker (npm run worker)');
}
