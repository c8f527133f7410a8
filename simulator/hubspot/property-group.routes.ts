import { Router } from 'express';
import { z } from 'zod';
import { HubSpotError, notFound } from './hubspot.errors';
import { answer, parseBody } from './hubspot.request';
import type { HubSpotWorld } from './hubspot.world';
import { objectTypeOf } from './object-type';
import type { ObjectType } from './object-type';
import type { PropertyGroup } from './property.store';

const createSchema = z.looseObject({
  name: z.string().min(1),
  label: z.string().min(1),
  displayOrder: z.int().default(-1),
});
const updateSchema = z.looseObject({
  label: z.string().min(1).optional(),
  displayOrder: z.int().optional(),
});

/** Groups of properties. */
export function groupRoutes(world: HubSpotWorld): Router {
  const router = Router();
  router.get('/:type/groups', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    answer(response, 200, { results: world.properties.listGroups(type) });
  });
  router.post('/:type/groups', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    const { name, label, displayOrder } = parseBody(request, createSchema);
    if (world.properties.group(type, name) !== undefined) {
      throw new HubSpotError(
        [409, 'OBJECT_ALREADY_EXISTS'],
        `A property group named '${name}' already exists.`,
        { subCategory: 'Properties.GROUP_WITH_NAME_EXISTS', context: { name: [name] } },
      );
    }
    answer(response, 201, world.properties.putGroup(type, { name, label, displayOrder, archived: false }));
  });
  router.get('/:type/groups/:name', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    answer(response, 200, requireGroup(world, type, request.params.name));
  });
  router.patch('/:type/groups/:name', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    const before = requireGroup(world, type, request.params.name);
    const { label, displayOrder } = parseBody(request, updateSchema);
    const changed = {
      ...before,
      label: label ?? before.label,
      displayOrder: displayOrder ?? before.displayOrder,
    };
    answer(response, 200, world.properties.putGroup(type, changed));
  });
  router.delete('/:type/groups/:name', (request, response) => {
    const { name: type } = objectTypeOf(request.params.type);
    const group = requireGroup(world, type, request.params.name);
    world.properties.putGroup(type, { ...group, archived: true });
    answer(response, 204);
  });
  return router;
}

function requireGroup(world: HubSpotWorld, type: ObjectType, name: string): PropertyGroup {
  const group = world.properties.group(type, name);
  if (group === undefined) throw notFound(`Property group ${name} does not exist`);
  return group;
}
