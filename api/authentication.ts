import { timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Database } from '../platform/database';
import { hashOfToken } from '../store/commands/api-token';
import { SCOPES, useToken } from '../store/token.store';
import type { Scope } from '../store/token.store';
import { ApiProblem } from './errors';

/** A token of the settings, with which the first tokens are made. */
export type SettingsToken = { readonly actor: string; readonly token: string };

/** Whose token a request carried. */
export type Caller = { readonly actor: string; readonly scope: Scope; readonly tokenKey: string };

const callers = new WeakMap<Response, Caller>();

/**
 * Lets a request pass that carries a token, and notes whose it is. Only digests are compared: in constant time those of
 * the settings, by index those of the database.
 */
export function authenticate(database: Database, tokens: readonly SettingsToken[]): RequestHandler {
  const known = tokens.map(({ actor, token }) => ({ actor, digest: hashOfToken(token) }));
  return async (request, response, next) => {
    const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) throw new ApiProblem('unauthorized');
    const digest = hashOfToken(given);
    const matches = known.filter((candidate) => timingSafeEqual(candidate.digest, digest));
    const ofSettings = matches[0];
    const token =
      ofSettings === undefined
        ? await useToken(database, digest)
        : { id: `settings:${ofSettings.actor}`, actor: ofSettings.actor, scope: 'admin' as const };
    if (token === null) throw new ApiProblem('unauthorized');
    callers.set(response, { actor: token.actor, scope: token.scope, tokenKey: token.id });
    next();
  };
}

/** Lets a request pass whose token opens this; only behind `authenticate`. */
export function requireScope(needed: Scope): RequestHandler {
  return (_request, response, next) => {
    const { scope } = callerOf(response);
    if (SCOPES.indexOf(scope) < SCOPES.indexOf(needed))
      throw new ApiProblem('insufficient_scope', { members: { needed_scope: needed, scope } });
    next();
  };
}

/** Whose token the request carried; only behind `authenticate`. */
export function callerOf(response: Response): Caller {
  const caller = callers.get(response);
  if (caller === undefined) throw new Error('the route is not behind authentication');
  return caller;
}
