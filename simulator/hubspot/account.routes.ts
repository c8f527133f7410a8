import { Router } from 'express';
import { z } from 'zod';
import { queryText } from '../http/reply';
import { badRequest, notFound } from './hubspot.errors';
import { answer, parseBody } from './hubspot.request';
import type { HubSpotWorld } from './hubspot.world';
import { objectTypeOf } from './object-type';
import { ownerView } from './owner.store';
import { pipelineView, stageView } from './pipeline.store';
import type { Pipeline } from './pipeline.store';

const stageSchema = z.looseObject({
  label: z.string().min(1),
  displayOrder: z.int(),
  stageId: z.string().optional(),
  metadata: z.looseObject({
    probability: z.string().regex(/^[01](\.\d+)?$/),
    isClosed: z.enum(['true', 'false']).optional(),
  }),
});
const pipelineSchema = z.looseObject({
  label: z.string().min(1),
  displayOrder: z.int(),
  stages: z.array(stageSchema).min(1),
});

/** Deal pipelines, below `/crm/pipelines/2026-09`. */
export function pipelineRoutes(world: HubSpotWorld): Router {
  const router = Router();
  router.get('/:type', (request, response) => {
    requireDeals(request.params.type);
    answer(response, 200, { results: world.pipelines.list().map((pipeline) => pipelineView(pipeline)) });
  });
  router.post('/:type', (request, response) => {
    requireDeals(request.params.type);
    const input = parseBody(request, pipelineSchema);
    const created_at_ms = world.now();
    const stages = input.stages.map((stage) => {
      const { label, displayOrder, stageId, metadata } = stage;
      const isClosed = metadata.isClosed === 'true' || ['0.0', '1.0'].includes(metadata.probability);
      const id = stageId ?? world.records.nextId();
      return { id, label, displayOrder, probability: metadata.probability, isClosed };
    });
    const { label, displayOrder } = input;
    answer(
      response,
      201,
      pipelineView(world.pipelines.create({ label, displayOrder, stages, created_at_ms })),
    );
  });
  router.get('/:type/:pipelineId', (request, response) => {
    requireDeals(request.params.type);
    answer(response, 200, pipelineView(requirePipeline(world, request.params.pipelineId)));
  });
  router.get('/:type/:pipelineId/stages', (request, response) => {
    requireDeals(request.params.type);
    const { stages, created_at_ms } = requirePipeline(world, request.params.pipelineId);
    const createdAt = new Date(created_at_ms).toISOString();
    answer(response, 200, { results: stages.map((stage) => stageView(stage, createdAt)) });
  });
  return router;
}

/** Owners, below `/crm/owners/2026-09`. */
export function ownerRoutes(world: HubSpotWorld): Router {
  const router = Router();
  router.get('/', (request, response) => {
    const email = queryText(request, 'email');
    const limit = Number(queryText(request, 'limit') ?? 100);
    const after = Number(queryText(request, 'after') ?? 0);
    if (!Number.isInteger(limit) || limit < 1 || limit > 500) throw badRequest('Invalid limit.');
    const all = world.owners.list().filter((owner) => email === undefined || owner.email === email);
    const page = all.filter(({ id }) => Number(id) > after).slice(0, limit);
    const last = page.at(-1);
    const hasMore = last !== undefined && all.at(-1)?.id !== last.id;
    answer(response, 200, {
      results: page.map((owner) => ownerView(owner)),
      ...(hasMore && { paging: { next: { after: last.id } } }),
    });
  });
  router.get('/:id', (request, response) => {
    const isUserId = queryText(request, 'idProperty') === 'userId';
    const owner = isUserId
      ? world.owners.list().find(({ userId }) => String(userId) === request.params.id)
      : world.owners.get(request.params.id);
    if (owner === undefined) throw notFound();
    answer(response, 200, ownerView(owner));
  });
  return router;
}

/** The account itself, below `/account-info/<version>`. */
export function accountRoutes(world: HubSpotWorld): Router {
  const router = Router();
  router.get('/details', (_request, response) => {
    answer(response, 200, {
      portalId: world.portalId,
      accountType: 'DEVELOPER_TEST',
      timeZone: 'UTC',
      companyCurrency: 'USD',
      additionalCurrencies: [],
      utcOffset: '+00:00',
      utcOffsetMilliseconds: 0,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
    });
  });
  return router;
}

const ALL_SCOPES = [
  ...['crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.objects.companies.read'],
  ...['crm.objects.companies.write', 'crm.objects.deals.read', 'crm.objects.deals.write'],
  ...['crm.objects.owners.read', 'crm.schemas.contacts.write', 'crm.schemas.deals.write'],
];

/** What a token is and may do, below `/oauth/v2/private-apps`. */
export function tokenRoutes(world: HubSpotWorld, accessToken: string | null): Router {
  const router = Router();
  router.post('/get/access-token-info', (request, response) => {
    const { tokenKey } = parseBody(request, z.looseObject({ tokenKey: z.string() }));
    if (accessToken !== null && tokenKey !== accessToken) throw notFound();
    const scopes = world.settings.current.hubspot_scopes ?? ALL_SCOPES;
    answer(response, 200, { userId: 70_001, hubId: world.portalId, appId: 300_001, scopes });
  });
  return router;
}

function requireDeals(typeName: string): void {
  if (objectTypeOf(typeName).name !== 'deals') throw badRequest(`${typeName} have no pipelines here.`);
}

function requirePipeline(world: HubSpotWorld, id: string): Pipeline {
  const pipeline = world.pipelines.get(id);
  if (pipeline === undefined) throw notFound();
  return pipeline;
}
