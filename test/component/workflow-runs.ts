import type { Client, WorkflowExecutionInfo } from '@temporalio/client';

/** All runs of the namespace, or those of one workflow id; completed and continued ones too. */
export async function listRuns(client: Client, workflowId?: string): Promise<WorkflowExecutionInfo[]> {
  const found: WorkflowExecutionInfo[] = [];
  const query = workflowId === undefined ? {} : { query: `WorkflowId = '${workflowId}'` };
  for await (const run of client.workflow.list(query)) found.push(run);
  return found;
}

/** Every text that stands in the history of a run, in payloads too. */
export async function textsInHistory(client: Client, run: WorkflowExecutionInfo): Promise<string[]> {
  const history = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
  return textsIn(history.events);
}

/** Every text inside a value; bytes are read as text, and again as base64 where they could be that. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...decoded(value)];
  if (value instanceof Uint8Array) return textsIn(Buffer.from(value).toString('utf8'));
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}

function decoded(text: string): string[] {
  const isBase64 = /^[A-Za-z0-9+/]{8,}={0,2}$/.test(text.trim());
  return isBase64 ? [Buffer.from(text, 'base64').toString('utf8')] : [];
}
