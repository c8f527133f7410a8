import { problemType } from '../errors';
import { PROBLEMS } from '../problems';
import type { ProblemKind } from '../problems';
import type { Route } from '../route';

const RETRY_AFTER = {
  description: 'Seconds after which the request may be repeated.',
  schema: { type: 'integer' },
};
const WITH_RETRY_AFTER = new Set([429, 503]);
const OF_EVERY_ROUTE = ['malformed_request', 'unexpected', 'unavailable'] as const;
const WITH_TOKEN = [
  'malformed_json',
  'unauthorized',
  'not_acceptable',
  'payload_too_large',
  'unsupported_media_type',
  'too_many_requests',
] as const;

/** Problems of so many routes that they are described once. */
const SHARED = new Set<ProblemKind>([
  ...OF_EVERY_ROUTE,
  ...WITH_TOKEN,
  'insufficient_scope',
  'invalid_request',
  'idempotency_key_reused',
]);

/** What a route may be refused with: what its declaration says, and what comes with how it is served. */
export function problemsOf(route: Route): readonly ProblemKind[] {
  if (route.serve === null) return [];
  return [
    ...route.problems,
    ...OF_EVERY_ROUTE,
    ...(route.readsRequest ? (['invalid_request'] as const) : []),
    ...(route.scope === null ? [] : WITH_TOKEN),
    ...(route.scope === null || route.scope === 'read' ? [] : (['insufficient_scope'] as const)),
  ];
}

/**
 * The responses of the document for these problems, one for each status. What many routes have in common stands once, under
 * the name of its problems.
 */
export function problemResponses(
  kinds: readonly ProblemKind[],
  shared: Map<string, object>,
): Record<string, object> {
  const statuses = [...new Set(kinds.map((kind) => PROBLEMS[kind].status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const all = kinds.filter((kind) => PROBLEMS[kind].status === status);
      const response = describe(status, all);
      const name = all.join('.');
      if (!all.every((kind) => SHARED.has(kind))) return [status, response];
      shared.set(name, response);
      return [status, { $ref: `#/components/responses/${name}` }];
    }),
  );
}

function describe(status: number, kinds: readonly ProblemKind[]): object {
  const headers = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } };
  return {
    description: kinds.map((kind) => PROBLEMS[kind].title).join(' Or: '),
    headers: WITH_RETRY_AFTER.has(status) ? { ...headers, 'Retry-After': RETRY_AFTER } : headers,
    content: {
      'application/problem+json': {
        schema: {
          $ref: '#/components/schemas/Problem',
          properties: { type: { enum: kinds.map(problemType) } },
        },
        examples: Object.fromEntries(kinds.map((kind) => [kind, { $ref: `#/components/examples/${kind}` }])),
      },
    },
  };
}

/** An example of each of these problems. */
export function problemExamples(kinds: Iterable<ProblemKind>): Record<string, object> {
  return Object.fromEntries([...kinds].sort().map((kind) => [kind, { value: exampleOfProblem(kind) }]));
}

function exampleOfProblem(kind: ProblemKind): object {
  const { status, title, whatToDo } = PROBLEMS[kind];
  return {
    type: problemType(kind),
    title,
    status,
    detail: title,
    what_to_do: whatToDo,
    request_id: '9b2e6f0a-14c7-4d83-8f5e-c1a2b3d4e5f6',
  };
}
