import { Client } from '@hubspot/api-client';
import { z } from 'zod';
import { traceCall } from '../../platform/tracing';
import { classify, classifyAnswer, HubSpotCallError } from './hubspot.errors';
import type {
  HubSpotAssociation,
  HubSpotAssociationInput,
  HubSpotObjectType,
  HubSpotOption,
  HubSpotPair,
  HubSpotPort,
  HubSpotProperties,
  HubSpotPropertyInput,
  HubSpotRecord,
  HubSpotSearchFilter,
  HubSpotUpdate,
} from './hubspot.port';
import { IDENTITY_KEY_PROPERTY } from './hubspot.port';
import * as sdk from './hubspot.sdk';
import {
  createPacer,
  createTimedAgent,
  datedPaths,
  HUBSPOT_API_VERSION,
  withDeadline,
} from './hubspot.transport';

/** HubSpot allows five searches a second for all apps of an account together. */
const SEARCHES_MAX = 4;
const SEARCH_INTERVAL_MS = 1_000;

type Settings = { readonly baseUrl: string; readonly accessToken: string; readonly timeoutMs: number };
type Call = <Result>(request: () => Promise<Result>) => Promise<Result>;
type Parts = { readonly client: Client; readonly call: Call };

/** Builds the one HubSpot client of a process: no repetition inside, a time limit on every call, date-based paths. */
export function createHubSpotClient(settings: Settings): HubSpotPort {
  const baseUrl = settings.baseUrl.replace(/\/+$/, '');
  const client = new Client({
    accessToken: settings.accessToken,
    basePath: baseUrl,
    numberOfApiCallRetries: 0,
    httpAgent: createTimedAgent(baseUrl, settings.timeoutMs),
    middleware: [datedPaths],
  });
  const parts: Parts = { client, call: (request) => callOnce(request, settings.timeoutMs) };
  return {
    readPortalId: () => parts.call(() => fetchPortalId({ ...settings, baseUrl })),
    ...contactCalls(parts),
    ...readCalls(parts),
    ...writeCalls(parts),
    ...propertyCalls(parts),
  };
}

async function callOnce<Result>(request: () => Promise<Result>, timeoutMs: number): Promise<Result> {
  return await traceCall('HubSpot call', {}, async () => {
    try {
      return await withDeadline(request(), timeoutMs);
    } catch (error) {
      // The SDK's message quotes body and headers; only what it means goes on.
      throw new HubSpotCallError(classify(error));
    }
  });
}

function contactCalls({ client, call }: Parts) {
  const paceSearch = createPacer(SEARCHES_MAX, SEARCH_INTERVAL_MS);
  const read = (id: string, properties: readonly string[], idProperty?: string) =>
    orNull(async () => {
      const { basicApi } = client.crm.objects;
      const names = [...properties];
      return sdk.toRecord(
        await call(() => basicApi.getById('contacts', id, names, undefined, undefined, false, idProperty)),
      );
    });
  return {
    findContactByKey: (key: string, properties: readonly string[]) =>
      read(key, properties, IDENTITY_KEY_PROPERTY),
    readContact: (contactId: string, properties: readonly string[]) => read(contactId, properties),
    async searchContacts(filters: readonly HubSpotSearchFilter[], properties: readonly string[]) {
      await paceSearch();
      const request = sdk.searchRequest(filters, properties);
      const found = await call(() => client.crm.objects.searchApi.doSearch('contacts', request));
      return found.results.map(sdk.toRecord);
    },
    async listContactsWith(
      wanted: { readonly propertyName: string; readonly value: string },
      page: { readonly afterId: string; readonly properties: readonly string[] },
    ) {
      await paceSearch();
      const request = sdk.listRequest(wanted, page);
      const found = await call(() => client.crm.objects.searchApi.doSearch('contacts', request));
      return { records: found.results.map(sdk.toRecord), hasMore: found.paging?.next !== undefined };
    },
    async upsertContact(key: string, properties: HubSpotProperties) {
      const request = sdk.upsertRequest(IDENTITY_KEY_PROPERTY, key, properties);
      const answer = await call(() => client.crm.objects.batchApi.upsert('contacts', request));
      const result = answer.results[0];
      if (result === undefined) throw rowError('errors' in answer ? answer.errors : undefined);
      return { record: sdk.toRecord(result), isNew: result._new };
    },
  };
}

function readCalls({ client, call }: Parts) {
  return {
    async readRecords(type: HubSpotObjectType, ids: readonly string[], properties: readonly string[]) {
      if (ids.length === 0) return [];
      const request = sdk.batchReadRequest(ids, properties);
      const answer = await call(() => client.crm.objects.batchApi.read(type, request, false));
      return answer.results.map(sdk.toRecord);
    },
    async readContactsWithPast(ids: readonly string[], properties: readonly string[], pastOf: string) {
      if (ids.length === 0) return [];
      const request = sdk.batchReadRequest(ids, properties, [pastOf]);
      const answer = await call(() => client.crm.objects.batchApi.read('contacts', request, false));
      return answer.results.map((result) => ({
        ...sdk.toRecord(result),
        past: sdk.toPast(result.propertiesWithHistory?.[pastOf] ?? []),
      }));
    },
    async readAssociations(from: HubSpotObjectType, to: HubSpotObjectType, ids: readonly string[]) {
      const found = new Map<string, HubSpotAssociation[]>();
      if (ids.length === 0) return found;
      const request = sdk.associationsRequest(ids);
      const answer = await call(() => client.crm.associations.v4.batchApi.getPage(from, to, request));
      for (const row of answer.results) found.set(row._from.id, row.to.map(sdk.toAssociation));
      return found;
    },
  };
}

function writeCalls({ client, call }: Parts) {
  return {
    async updateRecord(type: HubSpotObjectType, update: HubSpotUpdate) {
      const request = sdk.updateRequest(update.properties);
      return sdk.toRecord(await call(() => client.crm.objects.basicApi.update(type, update.id, request)));
    },
    async updateRecords(type: 'contacts' | 'communications', updates: readonly HubSpotUpdate[]) {
      const request = sdk.batchUpdateRequest(updates);
      const answer = await call(() => client.crm.objects.batchApi.update(type, request));
      return answer.results.map(sdk.toRecord);
    },
    async associate({ from, to }: HubSpotPair) {
      const { basicApi } = client.crm.associations.v4;
      await call(() => basicApi.createDefault(from.type, from.id, to.type, to.id));
    },
    async dissociate({ from, to }: HubSpotPair) {
      const { basicApi } = client.crm.associations.v4;
      await call(() => basicApi.archive(from.type, from.id, to.type, to.id));
    },
    async createCommunication(
      properties: HubSpotProperties,
      associations: readonly HubSpotAssociationInput[],
    ) {
      const request = sdk.createRequest(properties, associations);
      return sdk.toRecord(await call(() => client.crm.objects.basicApi.create('communications', request)));
    },
  };
}

function propertyCalls({ client, call }: Parts) {
  return {
    async readContactProperties() {
      const answer = await call(() => client.crm.properties.coreApi.getAll('contacts', false));
      return answer.results.map((property) => ({
        name: property.name,
        type: property.type,
        hasUniqueValue: property.hasUniqueValue ?? false,
        options: property.options.map(({ value, label, hidden }) => ({ value, label, hidden })),
      }));
    },
    async createContactPropertyGroup(name: string, label: string) {
      const request = sdk.propertyGroupRequest(name, label);
      await call(() => client.crm.properties.groupsApi.create('contacts', request));
    },
    async createContactProperty(property: HubSpotPropertyInput) {
      const request = sdk.propertyRequest(property);
      await call(() => client.crm.properties.coreApi.create('contacts', request));
    },
    async updateContactPropertyOptions(name: string, options: readonly HubSpotOption[]) {
      const request = sdk.optionsRequest(options);
      await call(() => client.crm.properties.coreApi.update('contacts', name, request));
    },
  };
}

const tokenSchema = z.object({ hubId: z.union([z.number(), z.string()]), scopes: z.array(z.string()) });

/** The portal and the scopes of a token; null where HubSpot tells them of no token of this kind. Throws HubSpotCallError. */
export async function readHubSpotToken(
  settings: Settings,
): Promise<{ readonly portalId: string; readonly scopes: readonly string[] } | null> {
  const baseUrl = settings.baseUrl.replace(/\/+$/, '');
  // Has no date-based path; service keys and OAuth tokens are not known to it.
  const response = await callOnce(
    () =>
      fetch(`${baseUrl}/oauth/v2/private-apps/get/access-token-info`, {
        method: 'POST',
        headers: { authorization: `Bearer ${settings.accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ tokenKey: settings.accessToken }),
        signal: AbortSignal.timeout(settings.timeoutMs),
      }),
    settings.timeoutMs,
  );
  const parsed = tokenSchema.safeParse(await response.json().catch(() => null));
  return response.ok && parsed.success
    ? { portalId: String(parsed.data.hubId), scopes: parsed.data.scopes }
    : null;
}

async function fetchPortalId(settings: Settings): Promise<string> {
  // The SDK has no call for this, and its general one knows no time limit.
  const response = await fetch(`${settings.baseUrl}/account-info/${HUBSPOT_API_VERSION}/details`, {
    headers: { authorization: `Bearer ${settings.accessToken}`, accept: 'application/json' },
    signal: AbortSignal.timeout(settings.timeoutMs),
  });
  const body: unknown = await response.json().catch(() => null);
  const parsed = z.object({ portalId: z.union([z.number(), z.string()]) }).safeParse(body);
  if (response.ok && parsed.success) return String(parsed.data.portalId);
  throw new HubSpotCallError(
    classifyAnswer(response.status, body, response.headers.get('retry-after') ?? undefined),
  );
}

async function orNull(read: () => Promise<HubSpotRecord>): Promise<HubSpotRecord | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HubSpotCallError && error.failure.class === 'not-found') return null;
    throw error;
  }
}

function rowError(errors: readonly unknown[] | undefined): HubSpotCallError {
  // A multi-status answer carries no status per row that could be relied on; the category decides.
  const isConflict = JSON.stringify(errors ?? []).includes('CONFLICT');
  return new HubSpotCallError(classifyAnswer(isConflict ? 409 : 400, errors?.[0], undefined));
}
