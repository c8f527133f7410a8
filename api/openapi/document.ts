import { idempotencyKey, problemDetails } from '../contract';
import { NO_BODY } from '../route';
import type { Answer, Route } from '../route';
import { describeEvents } from './events';
import { exampleOf } from './example';
import { Components, partOf } from './json-schema';
import type { JsonSchema } from './json-schema';
import { problemExamples, problemResponses, problemsOf } from './problem-responses';
import { TAGS } from './tags';

const VERSION = '1.0.0';
const DESCRIPTION = `Keeps WhatsApp sales conversations continuous. Send \`Authorization: Bearer <token>\` with every request under \`/v1\`; docs/api.md begins with how to get a token.

Times are ISO 8601 instants in UTC. Unknown fields of a request are refused. Lists are read page by page: give \`next_cursor\` as \`cursor\`. Refusals are problem details (RFC 9457); \`GET /problems\` lists them all. Commands take an \`Idempotency-Key\`: the same key has one effect and one answer.`;

/** The OpenAPI document of the routes: made of the very declarations that serve them. */
export function createDocument(routes: readonly Route[]): object {
  const components = new Components();
  components.ofAnswer(problemDetails);
  const responses = new Map<string, object>();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const place = (paths[route.path] ??= {});
    place[route.method] = describeRoute(route, components, responses);
  }
  const webhooks = describeEvents(components);
  return {
    openapi: '3.1.0',
    info: { title: 'Continuo', version: VERSION, description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: TAGS,
    paths,
    webhooks,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      headers: HEADERS,
      responses: sorted(responses),
      examples: problemExamples(new Set(routes.flatMap(problemsOf))),
      schemas: sorted(components.schemas),
    },
  };
}

function sorted(parts: ReadonlyMap<string, object>): Record<string, object> {
  return Object.fromEntries([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const HEADERS = {
  'X-Request-Id': {
    description: 'Names this request in the log of the API.',
    schema: { type: 'string', format: 'uuid' },
  },
  RateLimit: { description: 'How much of the limit is left, and for how long.', schema: { type: 'string' } },
  'RateLimit-Policy': { description: 'The limit of this token.', schema: { type: 'string' } },
};

function describeRoute(route: Route, components: Components, responses: Map<string, object>): object {
  const needs = route.scope === null ? 'Open.' : `Needs a token of scope \`${route.scope}\` or above.`;
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, needs].filter((part) => part !== '').join('\n\n'),
    security: route.scope === null ? [] : [{ token: [route.scope] }],
    parameters: [
      ...parametersOf(components.ofRequest(route.params), 'path'),
      ...parametersOf(components.ofRequest(route.query), 'query'),
      ...(route.orders !== null ? [keyParameter(components)] : []),
    ],
    ...(route.body === NO_BODY ? {} : { requestBody: bodyOf(route, components) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answer]) => [
          status,
          { ...describeAnswer(answer, components), headers: headersOf(route) },
        ]),
      ),
      ...problemResponses(problemsOf(route), responses),
    },
  };
}

function headersOf(route: Route): Record<string, JsonSchema> {
  const names = route.scope === null ? ['X-Request-Id'] : Object.keys(HEADERS);
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function parametersOf(schema: JsonSchema, place: 'path' | 'query'): object[] {
  const properties = partOf(schema, 'properties') ?? {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.keys(properties).map((name) => {
    const { description, ...own } = partOf(properties, name) ?? {};
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: own,
    };
  });
}

function keyParameter(components: Components): object {
  return {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Any number of requests with one key have one effect and one answer. The same key with another request is refused.',
    schema: components.ofRequest(idempotencyKey),
    example: 'take-over-7',
  };
}

function bodyOf(route: Route, components: Components): object {
  const schema = components.ofRequest(route.body);
  return {
    required: !route.body.safeParse({}).success,
    content: { 'application/json': { schema, example: exampleIn(schema, components) } },
  };
}

function describeAnswer({ description, schema, mediaType }: Answer, components: Components): object {
  const content = components.ofAnswer(schema);
  const isJson = mediaType === undefined;
  return {
    description,
    content: {
      [mediaType ?? 'application/json']: {
        schema: content,
        ...(isJson ? { example: exampleIn(content, components) } : {}),
      },
    },
  };
}

function exampleIn(schema: JsonSchema, components: Components): unknown {
  return exampleOf(schema, (reference) => {
    const found = components.schemas.get(reference.split('/').at(-1) ?? '');
    if (found === undefined) throw new Error(`the document has no ${reference}`);
    return found;
  });
}
