import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { bodyText, queryList, queryText } from '../http/reply';
import { batchRoutes } from './batch.routes';
import { badRequest, notFound } from './hubspot.errors';
import { answer, createSchema, idSchema, parseBody, propertiesSchema } from './hubspot.request';
import type { HubSpotWorld } from './hubspot.world';
import { objectTypeOf } from './object-type';
import type { StoredRecord } from './record.store';
import type { ViewOptions } from './record.view';
import { searchRecords } from './search.match';
import { parseSearch } from './search.schema';

const PAGE_DEFAULT = 10;
const PAGE_MAX = 100;
const updateSchema = z.looseObject({ properties: propertiesSchema });
const mergeSchema = z.looseObject({ primaryObjectId: idSchema, objectIdToMerge: idSchema });
const eraseSchema = z.looseObject({ objectId: idSchema, idProperty: z.string().optional() });

/** CRM records, one at a time and in pages. */
export function objectRoutes(world: HubSpotWorld): Router {
  const router = Router();
  router.use(batchRoutes(world));
  searchAndMerge(router, world);
  router.get('/:type', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const options = shownOf(request);
    const { page, after } = pageOf(request, world.records.list(facts.name));
    answer(response, 200, {
      results: page.map((record) => world.view.show(record, options)),
      ...(after !== null && { paging: { next: { after } } }),
    });
  });
  router.post('/:type', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const { record, warnings } = world.actions.create(facts.name, parseBody(request, createSchema));
    answer(response, 201, world.view.showWritten(record, { warnings }));
  });
  router.get('/:type/:id', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const options = shownOf(request);
    if (queryText(request, 'archived') === 'true') {
      const archived = world.records.get(facts.name, request.params.id);
      if (archived === undefined || archived.archived_at_ms === null) throw notFound();
      answer(response, 200, world.view.show(archived, options));
      return;
    }
    const record = world.actions.require(facts, request.params.id, queryText(request, 'idProperty'));
    answer(response, 200, world.view.show(record, options));
  });
  router.patch('/:type/:id', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const found = world.actions.require(facts, request.params.id, queryText(request, 'idProperty'));
    const { record, warnings } = world.actions.update(found, parseBody(request, updateSchema).properties);
    answer(response, 200, world.view.showWritten(record, { warnings }));
  });
  router.delete('/:type/:id', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const record = world.actions.find(facts, request.params.id);
    if (record !== undefined) world.actions.archive(record);
    answer(response, 204);
  });
  return router;
}

function shownOf(request: Request): ViewOptions {
  return {
    properties: queryList(request, 'properties'),
    associations: queryList(request, 'associations'),
  };
}

type Page = { readonly page: readonly StoredRecord[]; readonly after: string | null };

function limitOf(request: Request): number {
  const limit = Number(queryText(request, 'limit') ?? PAGE_DEFAULT);
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_MAX) return limit;
  throw badRequest(`The limit must be between 1 and ${PAGE_MAX}.`);
}

function pageOf(request: Request, records: Iterable<StoredRecord>): Page {
  const isArchived = queryText(request, 'archived') === 'true';
  const limit = limitOf(request);
  const after = Number(queryText(request, 'after') ?? 0);
  const page: StoredRecord[] = [];
  for (const record of records) {
    if (Number(record.id) <= after || (record.archived_at_ms !== null) !== isArchived) continue;
    if (page.length === limit) return { page, after: page.at(-1)?.id ?? null };
    page.push(record);
  }
  return { page, after: null };
}

function searchAndMerge(router: Router, world: HubSpotWorld): void {
  router.post('/:type/search', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const search = parseSearch(parseBody(request, z.unknown()), bodyText(request), {
      facts,
      properties: world.properties,
    });
    const found = searchRecords(world.records.searchIndex(facts.name), search, {
      type: facts.name,
      associations: world.associations,
      valuesOf: (record) => world.view.allValues(record),
      queryProperties: facts.searchableProperties,
    });
    const from = Number(search.after ?? 0);
    const end = from + search.limit;
    answer(response, 200, {
      total: found.length,
      results: found
        .slice(from, end)
        .map((record) => world.view.show(record, { properties: search.properties })),
      ...(end < found.length && { paging: { next: { after: String(end) } } }),
    });
  });
  router.post('/:type/merge', (request, response) => {
    const { primaryObjectId, objectIdToMerge } = parseBody(request, mergeSchema);
    const merged = world.actions.merge(objectTypeOf(request.params.type), primaryObjectId, objectIdToMerge);
    answer(response, 200, world.view.showWritten(merged));
  });
  router.post('/:type/gdpr-delete', (request, response) => {
    const { objectId, idProperty } = parseBody(request, eraseSchema);
    const record = world.actions.find(objectTypeOf(request.params.type), objectId, idProperty);
    if (record !== undefined) world.actions.erase(record);
    answer(response, 204);
  });
}
