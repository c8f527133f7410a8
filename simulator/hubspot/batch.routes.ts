import { Router } from 'express';
import type { Response } from 'express';
import { z } from 'zod';
import { queryText } from '../http/reply';
import { HubSpotError, badRequest, batchErrorEntry } from './hubspot.errors';
import {
  answer,
  batchResponse,
  batchSchema,
  checkBatchSize,
  createSchema,
  idSchema,
  parseBody,
  propertiesSchema,
} from './hubspot.request';
import type { HubSpotWorld } from './hubspot.world';
import { objectTypeOf } from './object-type';
import type { ObjectTypeFacts } from './object-type';
import type { Claims, Written } from './record.actions';

const readSchema = z.looseObject({
  inputs: z.array(z.looseObject({ id: idSchema })),
  idProperty: z.string().optional(),
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).default([]),
});
const writeInput = z.looseObject({
  id: idSchema,
  idProperty: z.string().optional(),
  properties: propertiesSchema,
  objectWriteTraceId: z.string().optional(),
});
const archiveSchema = batchSchema(z.looseObject({ id: idSchema }));
type WriteInput = z.infer<typeof writeInput>;

/** CRM records, up to a hundred at a time. */
export function batchRoutes(world: HubSpotWorld): Router {
  const router = Router();
  readAndArchive(router, world);
  write(router, world);
  return router;
}

function readAndArchive(router: Router, world: HubSpotWorld): void {
  router.post('/:type/batch/read', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const startedAtMs = Date.now();
    const { inputs, idProperty, properties, propertiesWithHistory } = parseBody(request, readSchema);
    const pastOf = propertiesWithHistory.length === 0 ? undefined : propertiesWithHistory;
    checkBatchSize(inputs);
    const isArchived = queryText(request, 'archived') === 'true';
    const found = new Map<string, unknown>();
    const missing: string[] = [];
    for (const { id } of inputs) {
      const record = isArchived
        ? world.records.get(facts.name, id)
        : world.actions.find(facts, id, idProperty);
      if (record === undefined) missing.push(id);
      else found.set(record.id, world.view.show(record, { properties, pastOf }));
    }
    const errors = missing.length === 0 ? [] : [missingEntry(facts, missing)];
    finish(response, 200, batchResponse([...found.values()], errors, startedAtMs));
  });
  router.post('/:type/batch/archive', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const { inputs } = parseBody(request, archiveSchema);
    checkBatchSize(inputs);
    for (const { id } of inputs) {
      const record = world.actions.find(facts, id);
      if (record !== undefined) world.actions.archive(record);
    }
    answer(response, 204);
  });
}

function write(router: Router, world: HubSpotWorld): void {
  router.post('/:type/batch/create', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const { inputs } = parseBody(request, batchSchema(createSchema));
    checkBatchSize(inputs);
    writeRows(response, {
      status: 201,
      rows: inputs,
      plan: (input, claims) => {
        const plan = world.actions.planCreate(facts.name, input, claims);
        return () => showRow(world, plan(), input);
      },
    });
  });
  router.post('/:type/batch/update', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const { inputs } = parseBody(request, batchSchema(writeInput));
    checkBatchSize(inputs);
    refuseTwins(inputs);
    const targets = inputs.map((input) => ({
      ...input,
      record: world.actions.find(facts, input.id, input.idProperty),
    }));
    const missing = targets.filter(({ record }) => record === undefined).map(({ id }) => id);
    writeRows(response, {
      status: 200,
      rows: targets.flatMap(({ record, ...input }) => (record === undefined ? [] : [{ ...input, record }])),
      plan: (input, claims) => {
        const plan = world.actions.planUpdate(input.record, input.properties, claims);
        return () => showRow(world, plan(), input);
      },
      earlierErrors: missing.length === 0 ? [] : [missingEntry(facts, missing)],
    });
  });
  router.post('/:type/batch/upsert', (request, response) => {
    const facts = objectTypeOf(request.params.type);
    const { inputs } = parseBody(request, batchSchema(writeInput));
    checkBatchSize(inputs);
    refuseTwins(inputs);
    writeRows(response, {
      status: 200,
      rows: inputs,
      plan: (input, claims) => planUpsert({ world, facts, claims }, input),
      isConflictFatal: true,
    });
  });
}

type UpsertParts = {
  readonly world: HubSpotWorld;
  readonly facts: ObjectTypeFacts;
  readonly claims: Claims;
};

function planUpsert({ world, facts, claims }: UpsertParts, input: WriteInput): () => unknown {
  const { id, idProperty, properties } = input;
  const known = world.actions.find(facts, id, idProperty);
  if (known !== undefined) {
    const plan = world.actions.planUpdate(known, properties, claims);
    return () => ({ ...showRow(world, plan(), input), new: false });
  }
  if (idProperty === undefined)
    throw badRequest(`No ${facts.singular} with ID ${id} exists.`, { context: { ids: [id] } });
  const key = world.actions.uniqueProperty(facts, idProperty);
  const plan = world.actions.planCreate(facts.name, { properties: { ...properties, [key]: id } }, claims);
  return () => ({ ...showRow(world, plan(), input), new: true });
}

function showRow(
  world: HubSpotWorld,
  { record, warnings }: Written,
  { objectWriteTraceId: traceId }: { readonly objectWriteTraceId?: string | undefined },
): Readonly<Record<string, unknown>> {
  return world.view.showWritten(record, { warnings, traceId });
}

type Rows<Row> = {
  readonly status: number;
  readonly rows: readonly Row[];
  readonly plan: (row: Row, claims: Claims) => () => unknown;
  readonly earlierErrors?: readonly unknown[];
  /** A taken email refuses the whole batch, whatever the trace ids. */
  readonly isConflictFatal?: boolean;
};

/**
 * Checks all rows, then writes. With a trace id of its own on every row, refused rows are reported beside the written
 * ones (207); without, one refused row refuses the batch.
 */
function writeRows<Row extends { readonly objectWriteTraceId?: string | undefined }>(
  response: Response,
  { status, rows, plan, earlierErrors = [], isConflictFatal = false }: Rows<Row>,
): void {
  const startedAtMs = Date.now();
  const traceIds = new Set(rows.map(({ objectWriteTraceId }) => objectWriteTraceId));
  const isTraced = !traceIds.has(undefined) && traceIds.size === rows.length;
  const claims: Claims = new Set();
  const errors: unknown[] = [...earlierErrors];
  const writes: (() => unknown)[] = [];
  for (const row of rows) {
    try {
      writes.push(plan(row, claims));
    } catch (error) {
      const isReported = error instanceof HubSpotError && isTraced;
      if (!isReported || (isConflictFatal && error.status === 409)) throw error;
      errors.push(batchErrorEntry(error, row.objectWriteTraceId));
    }
  }
  const results = writes.map((write) => write());
  finish(response, status, batchResponse(results, errors, startedAtMs));
}

function finish(
  response: Response,
  status: number,
  batch: { readonly isPartial: boolean; readonly body: unknown },
): void {
  answer(response, batch.isPartial ? 207 : status, batch.body);
}

function refuseTwins(inputs: readonly WriteInput[]): void {
  const seen = new Set<string>();
  for (const { id, idProperty } of inputs) {
    const key = `${idProperty ?? ''}/${id}`;
    if (seen.has(key)) throw badRequest(`Duplicate IDs found in batch input: [${id}]. IDs must be unique`);
    seen.add(key);
  }
}

function missingEntry(facts: ObjectTypeFacts, ids: readonly string[]): unknown {
  const message = `Could not get some ${facts.singular.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`;
  return batchErrorEntry(new HubSpotError([404, 'OBJECT_NOT_FOUND'], message, { context: { ids } }));
}
