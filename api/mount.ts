import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import { authenticate, requireScope } from './authentication';
import type { ApiDependencies, RouteParts } from './dependencies';
import { ApiProblem } from './errors';
import { readJsonBody } from './json-body';
import { limitRate } from './rate-limit';
import type { Route } from './route';
import { auditRefusals } from './audit-refusals';

const IN_BRACES = /\{(\w+)\}/g;

/** Puts the declared routes up, each behind what its declaration asks for; other methods of their addresses are refused. */
export function mountRoutes(
  app: Express,
  routes: readonly Route[],
  { deps, parts }: { readonly deps: ApiDependencies; readonly parts: RouteParts },
): void {
  const served = routes.filter(({ serve }) => serve !== null);
  const withToken: readonly RequestHandler[] = [
    authenticate(deps.pool, deps.tokens),
    limitRate(deps.pool, deps.rateLimit),
  ];
  for (const path of new Set(served.map((route) => route.path))) {
    const all = served.filter((route) => route.path === path);
    const place = app.route(path.replaceAll(IN_BRACES, ':$1'));
    for (const route of all) {
      const before =
        route.scope === null ? [] : [...withToken, requireScope(route.scope), acceptJson, ...readJsonBody];
      place[route.method](...before, handlerOf(route, parts), ...afterwards(route, parts));
    }
    const before = all.some(({ scope }) => scope === null) ? [] : withToken;
    place.all(...before, refuseMethod(all));
  }
  // A stranger is told nothing, not even which addresses there are.
  app.use('/v1', ...withToken);
}

function afterwards({ orders, ...route }: Route, { pool }: RouteParts): readonly ErrorRequestHandler[] {
  return orders === null ? [] : [auditRefusals({ ...route, orders }, pool)];
}

function handlerOf(route: Route, parts: RouteParts): RequestHandler {
  return async (request, response) => {
    await route.serve?.(request, response, parts);
  };
}

function refuseMethod(routes: readonly Route[]): RequestHandler {
  const allowed = routes.flatMap(({ method }) =>
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
  );
  return (_request, response) => {
    response.set('Allow', allowed.join(', '));
    throw new ApiProblem('method_not_allowed', { members: { allowed } });
  };
}

/** Whoever takes no JSON is told so before anything is done, and not after. */
const acceptJson: RequestHandler = (request, _response, next) => {
  if (request.accepts(['application/json', 'application/problem+json']) === false)
    throw new ApiProblem('not_acceptable');
  next();
};
