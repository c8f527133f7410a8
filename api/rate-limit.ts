import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Store } from 'express-rate-limit';
import type { Database } from '../platform/database';
import { countRequest, forgetRequests } from '../store/token-use.store';
import { callerOf } from './authentication';
import type { RateLimitSettings } from './dependencies';
import { ApiProblem } from './errors';

/**
 * Counts the requests of each token over all API processes, so that it may ask the same however many there are; only behind
 * `authenticate`. Says in headers how much is left.
 */
export function limitRate(database: Database, { requestsMax, windowMs }: RateLimitSettings): RequestHandler {
  return rateLimit({
    limit: requestsMax,
    windowMs,
    store: countInPostgres(database, windowMs),
    // What Postgres can still answer is not refused because it cannot be counted.
    passOnStoreError: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'token',
    keyGenerator: (_request, response) => callerOf(response).tokenKey,
    handler: (_request, _response, next) => {
      next(new ApiProblem('too_many_requests'));
    },
  });
}

function countInPostgres(database: Database, windowMs: number): Store {
  return {
    localKeys: false,
    increment: async (token) => {
      const { requests, windowEndsAt } = await countRequest(database, { token, windowMs });
      return { totalHits: requests, resetTime: windowEndsAt };
    },
    // Asked for by the interface: every request counts here, whatever it is answered.
    decrement: () => undefined,
    resetKey: (token) => forgetRequests(database, token),
  };
}
