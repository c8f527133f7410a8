import { Router } from 'express';
import { z } from 'zod';
import type { Ref } from './association.store';
import { plainTypeId, typesBetween } from './association.types';
import type { AssociationType } from './association.types';
import { HubSpotError, batchErrorEntry } from './hubspot.errors';
import {
  answer,
  associationSpecSchema,
  batchResponse,
  batchSchema,
  checkBatchSize,
  idSchema,
  parseBody,
} from './hubspot.request';
import type { HubSpotWorld } from './hubspot.world';
import { factsOf, objectTypeOf } from './object-type';
import type { ObjectTypeFacts } from './object-type';

const CREATE_MAX = 2_000;
const READ_MAX = 1_000;
const objectId = z.looseObject({ id: idSchema });
const readSchema = batchSchema(objectId);
const defaultSchema = batchSchema(z.looseObject({ from: objectId, to: objectId }));
const createSchema = batchSchema(
  z.looseObject({ from: objectId, to: objectId, types: z.array(associationSpecSchema).min(1) }),
);
const archiveSchema = batchSchema(z.looseObject({ from: objectId, to: z.array(objectId) }));

/** Links between records in batches, below `/crm/associations/2026-09`. */
export function associationRoutes(world: HubSpotWorld): Router {
  const router = Router();
  router.post('/:from/:to/batch/read', (request, response) => {
    const { from, to } = sides(request.params);
    const startedAtMs = Date.now();
    const { inputs } = parseBody(request, readSchema);
    checkBatchSize(inputs, READ_MAX);
    const rows = inputs.map(({ id }) => ({ id, linked: linkedTo(world, { type: from.name, id }, to) }));
    const results = rows
      .filter(({ linked }) => linked.length > 0)
      .map(({ id, linked }) => ({ from: { id }, to: linked }));
    const errors = rows.filter(({ linked }) => linked.length === 0).map(({ id }) => noneEntry(from, to, id));
    const batch = batchResponse(results, errors, startedAtMs);
    answer(response, batch.isPartial ? 207 : 200, batch.body);
  });
  router.post('/:from/:to/batch/create', (request, response) => {
    const { from, to } = sides(request.params);
    const { inputs } = parseBody(request, createSchema);
    checkBatchSize(inputs, CREATE_MAX);
    const rows = inputs.map((input) => ({
      from: { type: from.name, id: input.from.id },
      to: { type: to.name, id: input.to.id },
      typeIds: input.types.map(({ associationTypeId }) => associationTypeId),
    }));
    linkRows(world, rows, (batch) => {
      answer(response, batch.isPartial ? 207 : 200, batch.body);
    });
  });
  router.post('/:from/:to/batch/associate/default', (request, response) => {
    const { from, to } = sides(request.params);
    const startedAtMs = Date.now();
    const { inputs } = parseBody(request, defaultSchema);
    checkBatchSize(inputs, CREATE_MAX);
    const results = inputs.flatMap((input) =>
      linkDefault(world, { type: from.name, id: input.from.id }, { type: to.name, id: input.to.id }),
    );
    answer(response, 200, batchResponse(results, [], startedAtMs).body);
  });
  router.post('/:from/:to/batch/archive', (request, response) => {
    const { from, to } = sides(request.params);
    const startedAtMs = Date.now();
    for (const input of parseBody(request, archiveSchema).inputs) {
      for (const { id } of input.to)
        world.associations.remove({ type: from.name, id: input.from.id }, { type: to.name, id });
    }
    answer(response, 200, batchResponse([], [], startedAtMs).body);
  });
  router.get('/:from/:to/labels', (request, response) => {
    const { from, to } = sides(request.params);
    answer(response, 200, { results: typesBetween(from.name, to.name).map((type) => typeView(type)) });
  });
  return router;
}

/** Links of one record, below `/crm/objects/2026-09`. */
export function recordAssociationRoutes(world: HubSpotWorld): Router {
  const router = Router();
  router.put('/:from/:fromId/associations/default/:to/:toId', (request, response) => {
    const { from, to } = sides(request.params);
    const { fromId, toId } = request.params;
    const startedAtMs = Date.now();
    const results = linkDefault(world, { type: from.name, id: fromId }, { type: to.name, id: toId });
    answer(response, 200, batchResponse(results, [], startedAtMs).body);
  });
  router.get('/:from/:fromId/associations/:to', (request, response) => {
    const { from, to } = sides(request.params);
    const record = world.actions.require(from, request.params.fromId);
    answer(response, 200, { results: linkedTo(world, record, to) });
  });
  router.put('/:from/:fromId/associations/:to/:toId', (request, response) => {
    const { from, to } = sides(request.params);
    const specs = parseBody(request, z.array(associationSpecSchema).min(1));
    const fromRecord = world.actions.require(from, request.params.fromId);
    const toRecord = world.actions.require(to, request.params.toId);
    const typeIds = specs.map(({ associationTypeId }) => associationTypeId);
    world.associations.add(fromRecord, toRecord, typeIds);
    answer(response, 200, pairView(fromRecord, toRecord, typeIds));
  });
  router.delete('/:from/:fromId/associations/:to/:toId', (request, response) => {
    const { from, to } = sides(request.params);
    const { fromId, toId } = request.params;
    world.associations.remove({ type: from.name, id: fromId }, { type: to.name, id: toId });
    answer(response, 204);
  });
  return router;
}

type Row = { readonly from: Ref; readonly to: Ref; readonly typeIds: readonly number[] };

function linkRows(
  world: HubSpotWorld,
  rows: readonly Row[],
  done: (batch: ReturnType<typeof batchResponse>) => void,
): void {
  const startedAtMs = Date.now();
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const { from, to, typeIds } of rows) {
    try {
      const [fromRecord, toRecord] = [requireRef(world, from), requireRef(world, to)];
      world.associations.add(fromRecord, toRecord, typeIds);
      results.push(pairView(fromRecord, toRecord, typeIds));
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error;
      errors.push(batchErrorEntry(error));
    }
  }
  done(batchResponse(results, errors, startedAtMs));
}

function linkDefault(world: HubSpotWorld, from: Ref, to: Ref): unknown[] {
  const [fromRecord, toRecord] = [requireRef(world, from), requireRef(world, to)];
  world.associations.add(fromRecord, toRecord);
  return [[fromRecord, toRecord] as const, [toRecord, fromRecord] as const].map(([one, other]) => ({
    from: { id: one.id },
    to: { id: other.id },
    associationSpec: {
      associationCategory: 'HUBSPOT_DEFINED',
      associationTypeId: plainTypeId(one.type, other.type),
    },
  }));
}

function requireRef(world: HubSpotWorld, ref: Ref): Ref {
  return world.actions.require(factsOf(ref.type), ref.id);
}

function sides(params: { readonly from: string; readonly to: string }): {
  readonly from: ObjectTypeFacts;
  readonly to: ObjectTypeFacts;
} {
  return { from: objectTypeOf(params.from), to: objectTypeOf(params.to) };
}

function linkedTo(world: HubSpotWorld, ref: Ref, to: ObjectTypeFacts): unknown[] {
  const record = world.actions.find(factsOf(ref.type), ref.id);
  if (record === undefined) return [];
  return world.associations.list(record, to.name).map(({ id, types }) => ({
    toObjectId: id,
    associationTypes: types.map((type) => typeView(type)),
  }));
}

function typeView({ category, typeId, label }: AssociationType): unknown {
  return { category, typeId, ...(label !== null && { label }) };
}

function pairView(from: Ref, to: Ref, typeIds: readonly number[]): unknown {
  const labels = typesBetween(from.type, to.type)
    .filter(({ typeId, label }) => label !== null && typeIds.includes(typeId))
    .map(({ label }) => label);
  return {
    fromObjectTypeId: factsOf(from.type).typeId,
    fromObjectId: from.id,
    toObjectTypeId: factsOf(to.type).typeId,
    toObjectId: to.id,
    labels,
  };
}

function noneEntry(from: ObjectTypeFacts, to: ObjectTypeFacts, id: string): unknown {
  const message = `No ${to.singular} is associated with ${from.singular} ${id}.`;
  return batchErrorEntry(
    new HubSpotError([404, 'OBJECT_NOT_FOUND'], message, { context: { fromObjectId: [id] } }),
  );
}
