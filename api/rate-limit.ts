import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { callerOf } from './authentication';
import type { RateLimitSettings } from './dependencies';
import { ApiProblem } from './errors';

/** Counts the requests of each token, in this process alone; only behind `authenticate`. Says in headers how much is left. */
export function limitRate({ requestsMax, windowMs }: RateLimitSettings): RequestHandler {
  return rateLimit({
    limit: requestsMax,
    windowMs,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'token',
    keyGenerator: (_request, response) => callerOf(response).tokenKey,
    handler: (_request, _response, next) => {
      next(new ApiProblem('too_many_requests'));
    },
  });
}
