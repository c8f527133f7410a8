import { Router } from 'express';
import type { RequestHandler } from 'express';
import { guarded } from '../http/guard';
import { accountRoutes, ownerRoutes, pipelineRoutes, tokenRoutes } from './account.routes';
import { associationRoutes, recordAssociationRoutes } from './association.routes';
import type { Limits } from './hubspot.gate';
import { countRequests, refuse, requireScopes, requireToken, unknownPath } from './hubspot.gate';
import type { HubSpotWorld } from './hubspot.world';
import { objectRoutes } from './object.routes';
import { propertyRoutes } from './property.routes';

const VERSION = '2026-09';

/** The CRM API under its date-based paths; other versions are unknown here on purpose. */
export function hubspotRoutes(
  world: HubSpotWorld,
  parts: { readonly limits: Limits; readonly accessToken: string | null },
): RequestHandler {
  const router = Router();
  router.use(requireToken(parts.accessToken), countRequests(world, parts.limits), requireScopes(world));
  router.use(`/crm/objects/${VERSION}`, recordAssociationRoutes(world), objectRoutes(world));
  router.use(`/crm/associations/${VERSION}`, associationRoutes(world));
  router.use(`/crm/properties/${VERSION}`, propertyRoutes(world));
  router.use(`/crm/pipelines/${VERSION}`, pipelineRoutes(world));
  router.use(`/crm/owners/${VERSION}`, ownerRoutes(world));
  router.use(`/account-info/${VERSION}`, accountRoutes(world));
  router.use('/account-info/v3', accountRoutes(world));
  router.use('/oauth/v2/private-apps', tokenRoutes(world, parts.accessToken));
  router.use(unknownPath);
  return guarded(router, refuse);
}
