import type { RequestHandler, Response, Router } from 'express';

/** Turns what the handlers of a router throw into an answer; says false for what it does not know. */
export type Refuse = (error: unknown, response: Response) => boolean;

/** A router with its own kind of error answers; what it cannot answer goes on to the next one. */
export function guarded(router: Router, refuse: Refuse): RequestHandler {
  return (request, response, next) => {
    router(request, response, (error?: unknown) => {
      if (error === undefined || !refuse(error, response)) next(error);
    });
  };
}
