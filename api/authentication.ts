import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { ApiProblem } from './errors';

export type ApiToken = { readonly actor: string; readonly token: string };

/**
 * Lets a request pass that carries one of the tokens, and notes whose it is. Digests of equal length are compared with
 * all tokens in constant time, so that the time of an answer tells nothing about a token.
 */
export function authenticate(tokens: readonly ApiToken[]): RequestHandler {
  const known = tokens.map(({ actor, token }) => ({ actor, digest: sha256(token) }));
  return (request, response, next) => {
    const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    const digest = sha256(given ?? '');
    const matches = known.filter((candidate) => timingSafeEqual(candidate.digest, digest));
    const actor = matches[0]?.actor;
    if (given === undefined || actor === undefined) throw new ApiProblem('unauthorized');
    response.locals['actor'] = actor;
    next();
  };
}

/** Whose token the request carried; only behind `authenticate`. */
export function actorOf(response: Response): string {
  const actor: unknown = response.locals['actor'];
  if (typeof actor !== 'string') throw new Error('the route is not behind authentication');
  return actor;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
