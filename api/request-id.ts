import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

/** Gives every request an id of ours, told to the caller and written in the log. */
export const assignRequestId: RequestHandler = (_request, response, next) => {
  response.set('X-Request-Id', randomUUID());
  next();
};

/** The id that the request was given. */
export function requestIdOf(response: Pick<Response, 'getHeader'>): string {
  const value = response.getHeader('X-Request-Id');
  return typeof value === 'string' ? value : '';
}
