import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { captureBody } from '../../api/ingest/capture';
import type { Route } from '../../api/route';
import { ROUTES } from '../../api/routes';
import { addFollowUp, addSend } from '../commands/world';
import { bodyOf } from '../ingest/bodies';
import { activateShippedPolicy } from '../ingest/policy';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { arbitraryOf, nastyText } from './arbitrary';
import { faultOf, operationOf, responseOf } from './document';

const SIZE = Number(process.env['API_SIZE'] ?? 500);
const SEED = Number(process.env['API_SEED'] ?? 20_261_123);
const TARGETS = ROUTES.filter(({ serve }) => serve !== null);
/** Of the processor, asking and answering: how long a request takes on a busy machine says nothing about us. */
const CPU_MS_PER_REQUEST_MAX = 1_000;

let api: TestApi;
let server: Server;
let port = 0;
/** Ids that there are, so that requests come further than the address. */
let known: readonly string[] = [];

beforeAll(async () => {
  api = await createTestApi();
  await activateShippedPolicy(api.world.pool);
  const scenes = await Promise.all([
    api.world.conversation(),
    api.world.conversation({ needsHuman: true }),
    api.world.conversation({ wroteAgoMs: null }),
  ]);
  const sends = await Promise.all(
    scenes.flatMap((scene) =>
      ['draft', 'planned', 'unconfirmed', 'delivered'].map((status) => addSend(api.world, scene, { status })),
    ),
  );
  for (const scene of scenes.slice(0, 2)) await addFollowUp(api.world, scene);
  await captureBody(api.world.pool, Buffer.from(JSON.stringify(bodyOf({ field: 'new_field', value: {} }))));
  known = [
    ...scenes.flatMap(({ id, buyerId }) => [id, buyerId]),
    ...sends,
    '1',
    '2',
    '100000000000001',
    'swagger-ui.css',
  ];
  server = createServer(api.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await api.end();
});

type Given = {
  /** Of the route; a counterexample is printed, and a route is long. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

/** Requests to one route, as its description says they look, and as broken programs send them. */
function requestsTo(route: Route): fc.Arbitrary<Given> {
  const operation = operationOf(route);
  const query = operation.parameters.filter(({ in: place }) => place === 'query');
  const schema = operation.requestBody?.content['application/json']?.schema;
  return fc.record({
    id: fc.constant(route.id),
    method: fc.constant(route.method.toUpperCase()),
    path: fc
      .tuple(
        pathOf(route),
        fc.tuple(...query.map(({ schema: of }) => fc.option(arbitraryOf(of)))),
        strayQuery,
      )
      .map(([path, values, stray]) => {
        const given = values.flatMap((value, at) =>
          value === null ? [] : [`${query[at]?.name ?? ''}=${encode(plain(value))}`],
        );
        return `${path}?${[...given, ...stray].join('&')}`;
      }),
    headers: headersOf(route),
    body:
      schema === undefined
        ? fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: brokenBody })
        : fc.oneof(
            { weight: 18, arbitrary: arbitraryOf(schema).map((body) => JSON.stringify(body)) },
            { weight: 1, arbitrary: brokenBody },
            { weight: 1, arbitrary: fc.constant(null) },
          ),
  });
}

const strayQuery = fc.oneof(
  { weight: 15, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.constantFrom(['x=1'], ['limit=1', 'limit=2'], ['%E0%A4%A=1'], ['cursor=%00']) },
);
const brokenBody = fc.oneof(
  fc.constantFrom('{', '[]', 'true', '"x"', '{"a":1,}', '\u0000', '{"reason":"\\ud800"}', 'x'.repeat(70_000)),
  nastyText,
);

function pathOf(route: Route): fc.Arbitrary<string> {
  const parameter = fc.oneof(
    { weight: 8, arbitrary: fc.nat().map((at) => known[at % known.length] ?? '1') },
    {
      weight: 1,
      arbitrary: nastyText.map((text) => encode(text.slice(0, 500))).filter((text) => text !== ''),
    },
    { weight: 1, arbitrary: fc.constantFrom('%E0%A4%A', '%00', '0', '999999999999999', '..%2f..') },
  );
  return parameter.map((value) => route.path.replace(/\{\w+\}/, value.replaceAll('$', '%24')));
}

function headersOf(route: Route): fc.Arbitrary<Readonly<Record<string, string>>> {
  return fc
    .record({
      authorization: seldom('Bearer test-token-anna', [
        'Bearer',
        'Bearer wrong',
        'Basic eA==',
        'Bearer ' + 'x'.repeat(3_000),
      ]),
      'content-type': seldom('application/json', [
        'text/plain',
        'application/json; charset=utf-7',
        'application/xml',
        ';;',
        'application/problem+json',
      ]),
      accept: seldom('application/json', ['text/html', '*/*', 'image/png', ';q=x']),
      'idempotency-key': seldom('', ['k', ' ', 'k'.repeat(300), '\u00e9', 'the same']),
      'content-encoding': seldom('', ['gzip', 'x']),
    })
    .map((all) =>
      Object.fromEntries(
        Object.entries(all).filter(
          ([name, value]) => value !== '' && (name !== 'authorization' || route.scope !== null),
        ),
      ),
    );
}

function seldom(usual: string, others: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 25, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Text as an address carries it; halves of signs cannot be carried. */
function encode(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString()).replaceAll('.', '%2E');
}

type Answer = IncomingMessage & { text: string };

async function ask({ method, path, headers, body }: Given): Promise<Answer> {
  // Told in full: Node frames no body of a GET by itself, and the rest of the connection would be garbage.
  const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const asked = send({ port, host: '127.0.0.1', path, method, headers: { ...headers, ...length } });
  if (body !== null) asked.write(body);
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Object.assign(answer, { text: Buffer.concat(chunks).toString('utf8') });
}

function describedAnswer(id: string, status: number) {
  const route = TARGETS.find((one) => one.id === id);
  return route === undefined ? null : responseOf(operationOf(route), status);
}

function mediaTypeOf(answer: IncomingMessage): string {
  return (answer.headers['content-type'] ?? '').split(';')[0] ?? '';
}

/** What about an answer is not as the document says; null = nothing. */
async function breachOf(given: Given): Promise<string | null> {
  const before = process.cpuUsage();
  const answer = await ask(given);
  const { user, system } = process.cpuUsage(before);
  const status = answer.statusCode ?? 0;
  const said = `${given.id} answered ${status}: ${answer.text.slice(0, 300)}`;
  if (status >= 500) return said;
  if ((user + system) / 1_000 > CPU_MS_PER_REQUEST_MAX) return `${said}, too slowly`;
  const described = describedAnswer(given.id, status);
  if (described === null) return `${said}, which its description does not know`;
  const type = mediaTypeOf(answer);
  const content = described.content[type] ?? described.content['*/*'];
  if (content === undefined) return `${said}, as ${type}`;
  if (!type.endsWith('json')) return null;
  const fault = faultOf(JSON.parse(answer.text), content.schema);
  return fault === null ? null : `${said}: ${fault}`;
}

test('whatever is sent to any route, the answer is one that the document describes, and never a failure of ours', async () => {
  const anywhere = fc.oneof(...TARGETS.map(requestsTo));
  await fc.assert(
    fc.asyncProperty(anywhere, async (given) => {
      expect(await breachOf(given)).toBeNull();
    }),
    { numRuns: SIZE, seed: SEED },
  );
}, 3_600_000);
