import { Router } from 'express';
import { z } from 'zod';
import { queryText } from '../http/reply';
import { HubSpotError, badRequest, batchErrorEntry, notFound } from './hubspot.errors';
import { answer, batchResponse, batchSchema, checkBatchSize, parseBody } from './hubspot.request';
import type { HubSpotWorld } from './hubspot.world';
import { objectTypeOf } from './object-type';
import type { ObjectType } from './object-type';
import type { PropertyDefinition } from './property.definitions';
import { groupRoutes } from './property-group.routes';
import {
  changedDefinition,
  definitionOf,
  propertyCreateSchema,
  propertyUpdateSchema,
} from './property.schema';

const UNIQUE_MAX = 10;
const nameSchema = z.looseObject({ name: z.string().min(1) });
const readSchema = z.looseObject({ archived: z.boolean().default(false), inputs: z.array(nameSchema) });

/** Property definitions and their groups. */
export function propertyRoutes(world: HubSpotWorld): Router {
  const router = Router();
  router.use(groupRoutes(world));
  batch(router, world);
  router.get('/:type', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    const list = world.properties.list(type, queryText(request, 'archived') === 'true');
    answer(response, 200, { results: list.map((definition) => propertyView(definition)) });
  });
  router.post('/:type', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    const input = parseBody(request, propertyCreateSchema);
    answer(response, 201, propertyView(create(world, type, input)));
  });
  router.get('/:type/:name', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    answer(response, 200, propertyView(requireProperty(world, type, request.params.name)));
  });
  router.patch('/:type/:name', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    const before = requireProperty(world, type, request.params.name);
    const change = parseBody(request, propertyUpdateSchema);
    answer(response, 200, propertyView(world.properties.put(type, changedDefinition(before, change))));
  });
  router.delete('/:type/:name', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    const definition = requireProperty(world, type, request.params.name);
    if (definition.hubspotDefined) throw badRequest('HubSpot-defined properties cannot be archived.');
    world.properties.put(type, { ...definition, archived: true });
    answer(response, 204);
  });
  return router;
}

function batch(router: Router, world: HubSpotWorld): void {
  router.post('/:type/batch/read', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    const startedAtMs = Date.now();
    const { inputs, archived } = parseBody(request, readSchema);
    checkBatchSize(inputs);
    const found = inputs.map(({ name }) => ({ name, definition: world.properties.find(type, name) }));
    const results = found.flatMap(({ definition }) =>
      definition?.archived === archived ? [propertyView(definition)] : [],
    );
    const missing = found.filter(({ definition }) => definition?.archived !== archived);
    const errors = missing.map(({ name }) => batchErrorEntry(missingProperty(name)));
    const done = batchResponse(results, errors, startedAtMs);
    answer(response, done.isPartial ? 207 : 200, done.body);
  });
  router.post('/:type/batch/create', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    const startedAtMs = Date.now();
    const { inputs } = parseBody(request, batchSchema(propertyCreateSchema));
    checkBatchSize(inputs);
    const results: unknown[] = [];
    const errors: unknown[] = [];
    for (const input of inputs) {
      try {
        results.push(propertyView(create(world, type, input)));
      } catch (error) {
        if (!(error instanceof HubSpotError)) throw error;
        errors.push(batchErrorEntry(error));
      }
    }
    const done = batchResponse(results, errors, startedAtMs);
    answer(response, done.isPartial ? 207 : 201, done.body);
  });
  router.post('/:type/batch/archive', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    for (const { name } of parseBody(request, batchSchema(nameSchema)).inputs) {
      const definition = world.properties.get(type, name);
      if (definition?.hubspotDefined === false) world.properties.put(type, { ...definition, archived: true });
    }
    answer(response, 204);
  });
}

function create(
  world: HubSpotWorld,
  type: ObjectType,
  input: z.infer<typeof propertyCreateSchema>,
): PropertyDefinition {
  const known = world.properties.find(type, input.name);
  if (known !== undefined && !known.archived) {
    throw new HubSpotError(
      [409, 'OBJECT_ALREADY_EXISTS'],
      `A property named '${input.name}' already exists.`,
      {
        subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
        context: { name: [input.name] },
      },
    );
  }
  if (world.properties.group(type, input.groupName) === undefined) {
    throw badRequest(`property group '${input.groupName}' does not exist`, {
      errors: [{ message: 'unknown property group', code: 'PROPERTY_GROUP_DOESNT_EXIST', in: 'groupName' }],
    });
  }
  const unique = world.properties.list(type).filter((one) => one.hasUniqueValue && !one.hubspotDefined);
  if (input.hasUniqueValue && unique.length >= UNIQUE_MAX)
    throw badRequest(`At most ${UNIQUE_MAX} unique properties are allowed per object type.`);
  // The name of an archived property brings that one back; whether values are unique cannot be changed any more.
  const definition = definitionOf(input, known?.created_at_ms ?? world.now());
  const hasUniqueValue = known?.hasUniqueValue ?? definition.hasUniqueValue;
  return world.properties.put(type, { ...definition, hasUniqueValue });
}

function requireProperty(world: HubSpotWorld, type: ObjectType, name: string): PropertyDefinition {
  const definition = world.properties.get(type, name);
  if (definition === undefined) throw missingProperty(name);
  return definition;
}

function missingProperty(name: string): HubSpotError {
  return notFound(`Property ${name} does not exist`, {
    subCategory: 'Properties.PROPERTY_DOES_NOT_EXIST',
    context: { propertyName: [name] },
  });
}

/** A definition as the API shows it. */
function propertyView(definition: PropertyDefinition): unknown {
  const { readOnly, created_at_ms, updated_at_ms, ...shown } = definition;
  return {
    ...shown,
    createdAt: new Date(created_at_ms).toISOString(),
    updatedAt: new Date(updated_at_ms).toISOString(),
    modificationMetadata: {
      archivable: !definition.hubspotDefined,
      readOnlyDefinition: definition.hubspotDefined,
      readOnlyValue: readOnly,
    },
  };
}
