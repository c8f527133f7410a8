import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { bearerToken } from '../http/reply';
import { HubSpotError, errorBody, notFound } from './hubspot.errors';
import { answer } from './hubspot.request';
import type { HubSpotWorld } from './hubspot.world';
import { objectTypeOf } from './object-type';
import { RollingWindow } from '../state/rate-limit.state';

const DAILY_MAX = 250_000;

export type Limits = { readonly burst: RollingWindow; readonly search: RollingWindow };

export function newLimits(): Limits {
  return { burst: new RollingWindow(), search: new RollingWindow() };
}

/** Refuses requests without the right token. */
export function requireToken(accessToken: string | null): RequestHandler {
  return (request, _response, next) => {
    const token = bearerToken(request);
    if (token !== null && (accessToken === null || token === accessToken)) {
      next();
      return;
    }
    throw new HubSpotError(
      [401, 'INVALID_AUTHENTICATION'],
      token === null
        ? 'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview'
        : 'The access token is invalid or was revoked.',
    );
  };
}

/** Counts requests against the limits of the account: search has one of its own, without headers. */
export function countRequests(world: HubSpotWorld, limits: Limits): RequestHandler {
  let daily = 0;
  return (request, response, next) => {
    const { hubspot_burst_limit, hubspot_search_limit } = world.settings.current;
    const isSearch = request.method === 'POST' && /\/search\/?$/.test(request.path);
    const limit = isSearch ? hubspot_search_limit : hubspot_burst_limit;
    if (limit === null) {
      next();
      return;
    }
    const window = isSearch ? limits.search : limits.burst;
    const { isAllowed, remaining } = window.take(limit, world.now());
    daily += 1;
    if (!isSearch) {
      response.setHeader('X-HubSpot-RateLimit-Max', limit.max);
      response.setHeader('X-HubSpot-RateLimit-Remaining', remaining);
      response.setHeader('X-HubSpot-RateLimit-Interval-Milliseconds', limit.interval_ms);
      response.setHeader('X-HubSpot-RateLimit-Daily', DAILY_MAX);
      response.setHeader('X-HubSpot-RateLimit-Daily-Remaining', Math.max(0, DAILY_MAX - daily));
    }
    if (isAllowed) next();
    else answer(response, 429, rateLimitBody(isSearch));
  };
}

function rateLimitBody(isSearch: boolean): unknown {
  return {
    status: 'error',
    message: isSearch
      ? 'You have reached your secondly limit.'
      : 'You have reached your ten_secondly_rolling limit.',
    errorType: 'RATE_LIMIT',
    correlationId: randomUUID(),
    policyName: isSearch ? 'SECONDLY' : 'TEN_SECONDLY_ROLLING',
    requestId: randomUUID(),
    // Not in HubSpot's prose, but required by its published error schema.
    category: 'RATE_LIMITS',
  };
}

/** Refuses what the scopes of the token do not allow, when they are limited by the settings. */
export function requireScopes(world: HubSpotWorld): RequestHandler {
  return (request, _response, next) => {
    const granted = world.settings.current.hubspot_scopes;
    const needed = granted === null ? null : scopeOf(request);
    if (granted === null || needed === null || granted.includes(needed)) {
      next();
      return;
    }
    throw new HubSpotError(
      [403, 'MISSING_SCOPES'],
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
      {
        errors: [
          {
            message: 'One or more of the following scopes are required.',
            context: { requiredGranularScopes: [needed] },
          },
        ],
        links: { scopes: 'https://developers.hubspot.com/scopes' },
      },
    );
  };
}

function scopeOf(request: Request): string | null {
  const [, area, , typeName] = request.path.split('/').filter((part) => part !== '');
  const isRead = request.method === 'GET' || /\/(search|batch\/read)\/?$/.test(request.path);
  if (area === 'owners') return 'crm.objects.owners.read';
  if (area === 'pipelines') return 'crm.objects.deals.read';
  if (typeName === undefined || (area !== 'objects' && area !== 'properties')) return null;
  const { scopes, name } = objectTypeOf(typeName);
  if (area === 'objects') return isRead ? scopes.read : scopes.write;
  return isRead ? scopes.read : `crm.schemas.${name}.write`;
}

/** The answer to a path nobody knows. */
export function unknownPath(): never {
  throw notFound();
}

/** Turns thrown refusals into HubSpot's error JSON. */
export function refuse(error: unknown, response: Response): boolean {
  if (!(error instanceof HubSpotError)) return false;
  answer(response, error.status, errorBody(error));
  return true;
}
