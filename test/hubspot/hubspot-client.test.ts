import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHubSpotClient } from '../../activities/hubspot/hubspot.client';
import { HubSpotCallError } from '../../activities/hubspot/hubspot.errors';
import type { HubSpotFailure } from '../../activities/hubspot/hubspot.errors';
import type { HubSpotPort } from '../../activities/hubspot/hubspot.port';
import { PATIENCE_MS } from '../support/wait-for';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
type Seen = { readonly method: string; readonly url: string; readonly body: unknown };

let server: Server;
let answerWith: Answer;
let seen: Seen[] = [];
let baseUrl: string;
let hubspot: HubSpotPort;
/** Gives up soon, where that is what is looked at. */
let impatient: HubSpotPort;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      seen.push({
        method: request.method ?? '',
        url: request.url ?? '',
        body: text === '' ? null : JSON.parse(text),
      });
      answerWith(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${portOf(server)}/hubspot`;
  const settings = { baseUrl: `${baseUrl}/`, accessToken: 'token' };
  hubspot = createHubSpotClient({ ...settings, timeoutMs: PATIENCE_MS });
  impatient = createHubSpotClient({ ...settings, timeoutMs: 300 });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  seen = [];
});

function portOf(listening: Server): number {
  const address: AddressInfo | string | null = listening.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const json =
  (body: unknown, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
    response.end(JSON.stringify(body));
  };

async function failureOf(call: Promise<unknown>): Promise<HubSpotFailure | string> {
  try {
    await call;
    return 'no failure';
  } catch (error) {
    return error instanceof HubSpotCallError ? error.failure : 'another error';
  }
}

const RECORD = {
  id: '7',
  properties: {},
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
  archived: false,
};
const BATCH = {
  status: 'COMPLETE',
  results: [RECORD],
  startedAt: RECORD.createdAt,
  completedAt: RECORD.createdAt,
};

test('a server that says nothing is given up after the time limit', async () => {
  answerWith = () => undefined;

  expect(await failureOf(impatient.readContact('1', []))).toMatchObject({
    class: 'ambiguous',
    code: 'TIMEOUT',
  });
});

test('a server whose bytes trickle is given up after the time limit', async () => {
  let timer: NodeJS.Timeout | undefined;
  answerWith = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    timer = setInterval(() => response.write(' '), 50);
  };

  expect(await failureOf(impatient.readContact('1', []))).toMatchObject({
    class: 'ambiguous',
    code: 'TIMEOUT',
  });
  clearInterval(timer);
});

test('the question for the portal has a time limit too', async () => {
  answerWith = () => undefined;

  expect(await failureOf(impatient.readPortalId())).toMatchObject({ class: 'ambiguous' });
});

test('a port nobody listens on means that nothing was sent', async () => {
  const away = createHubSpotClient({
    baseUrl: 'http://127.0.0.1:9',
    accessToken: 'token',
    timeoutMs: PATIENCE_MS,
  });

  expect(await failureOf(away.readContact('1', []))).toEqual({ class: 'unavailable', code: 'ECONNREFUSED' });
});

test('an empty 502 is ambiguous', async () => {
  answerWith = (_request, response) => {
    response.writeHead(502);
    response.end();
  };

  expect(await failureOf(hubspot.createCommunication({}, []))).toMatchObject({ class: 'ambiguous' });
});

test('a failed call is made once: the SDK repeats nothing', async () => {
  answerWith = json({ category: 'INTERNAL' }, 500);

  await failureOf(hubspot.createCommunication({}, []));

  expect(seen).toHaveLength(1);
});

test('a record that is not there is null', async () => {
  answerWith = json({ status: 'error', category: 'OBJECT_NOT_FOUND', message: 'x' }, 404);

  expect(await hubspot.findContactByKey('key', [])).toBeNull();
});

test.each(['Nora \u0000', 'Nora \ud83d'])(
  'a value that Postgres cannot keep is cleaned: %j',
  async (firstname) => {
    const properties = { firstname, phone: null };
    answerWith = json({ results: [{ id: '1', properties, createdAt: '2026-01-05T10:00:00Z' }] });
    const records = await hubspot.readRecords('contacts', ['1'], ['firstname', 'phone']);
    expect(records).toMatchObject([{ properties: { firstname: 'Nora \ufffd', phone: null } }]);
  },
);

test('an upsert that HubSpot refused in a partial answer is a failure', async () => {
  answerWith = json({ ...BATCH, results: [], errors: [{ category: 'CONFLICT', message: 'Wanda' }] }, 207);

  expect(await failureOf(hubspot.upsertContact('key', {}))).toMatchObject({ class: 'conflict' });
});

describe('requests have the form HubSpot publishes', () => {
  test.each([
    [
      'a contact by id',
      () => hubspot.readContact('1', ['phone']),
      '/contacts/1?properties=phone&archived=false',
    ],
    [
      'a contact by key',
      () => hubspot.findContactByKey('k', []),
      '/contacts/k?archived=false&idProperty=wa_identity_key',
    ],
  ])('%s', async (_name, call, path) => {
    answerWith = json(RECORD);

    await call();

    expect(seen).toEqual([{ method: 'GET', url: `/hubspot/crm/objects/2026-09${path}`, body: null }]);
  });

  test.each([
    {
      name: 'a search',
      call: () =>
        hubspot.searchContacts([{ propertyName: 'phone', operator: 'IN', values: ['1'] }], ['phone']),
      path: '/crm/objects/2026-09/contacts/search',
      body: {
        filterGroups: [{ filters: [{ propertyName: 'phone', operator: 'IN', values: ['1'] }] }],
        properties: ['phone'],
        sorts: [],
        limit: 100,
        after: '0',
      },
    },
    {
      name: 'an upsert',
      call: () => hubspot.upsertContact('k', { firstname: 'W' }),
      path: '/crm/objects/2026-09/contacts/batch/upsert',
      body: { inputs: [{ id: 'k', idProperty: 'wa_identity_key', properties: { firstname: 'W' } }] },
    },
    {
      name: 'a batch update',
      call: () => hubspot.updateRecords('communications', [{ id: '1', properties: { a: 'b' } }]),
      path: '/crm/objects/2026-09/communications/batch/update',
      body: { inputs: [{ id: '1', properties: { a: 'b' } }] },
    },
    {
      name: 'a batch read',
      call: () => hubspot.readRecords('deals', ['1'], ['dealname']),
      path: '/crm/objects/2026-09/deals/batch/read?archived=false',
      body: { inputs: [{ id: '1' }], properties: ['dealname'], propertiesWithHistory: [] },
    },
    {
      name: 'associations',
      call: () => hubspot.readAssociations('contacts', 'deals', ['1']),
      path: '/crm/associations/2026-09/contacts/deals/batch/read',
      body: { inputs: [{ id: '1' }] },
    },
    {
      name: 'a new communication',
      call: () => hubspot.createCommunication({ hs_timestamp: 'x' }, [{ toId: '1', typeId: 81 }]),
      path: '/crm/objects/2026-09/communications',
      body: {
        properties: { hs_timestamp: 'x' },
        associations: [
          { to: { id: '1' }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 81 }] },
        ],
      },
    },
    {
      name: 'a property group',
      call: () => hubspot.createContactPropertyGroup('continuo', 'Continuo'),
      path: '/crm/properties/2026-09/contacts/groups',
      body: { name: 'continuo', label: 'Continuo', displayOrder: -1 },
    },
  ])('$name', async ({ call, path, body }) => {
    const isBatch = /batch|search/.test(path);
    const associations = { ...BATCH, results: [{ from: { id: '1' }, to: [] }] };
    const results = path.includes('associations') ? associations : { ...BATCH, total: 1 };
    answerWith = isBatch ? json(results) : json(RECORD, 201);

    await call();

    expect(seen).toEqual([{ method: 'POST', url: `/hubspot${path}`, body }]);
  });
});
