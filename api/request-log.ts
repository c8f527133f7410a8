import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import type { Logger } from '../platform/logger';
import { describeError } from '../platform/logger';
import type { Route } from './route';

/** An address that is declared, and the forms of the ids in it. */
type Address = Pick<Route, 'path' | 'params'>;

/**
 * One line per request: method, route, status and duration. Never a body, a header, a query string or a part of the path
 * that is not ours: they hold people's numbers, names, words and tokens.
 */
export function logRequests(logger: Logger, routes: readonly Address[]): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (_request, response) => String(response.getHeader('X-Request-Id')),
    wrapSerializers: false,
    serializers: {
      req: (request: IncomingMessage & { id?: unknown }) => ({
        id: request.id,
        method: request.method,
        path: addressOf(pathOf(request), routes),
      }),
      res: (response: ServerResponse) => ({ status: response.statusCode }),
      err: describeError,
    },
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'warn' : 'info'),
    autoLogging: { ignore: (request) => pathOf(request).startsWith('/health/') },
  });
}

function pathOf(request: IncomingMessage & { originalUrl?: string }): string {
  return (request.originalUrl ?? request.url ?? '').split('?', 1)[0] ?? '';
}

const NO_ROUTE = '(no route)';
const IN_BRACES = /^\{(\w+)\}$/;
/** A uuid or the number of a row or a channel; what has 8 to 14 digits may be the telephone number of somebody. */
const ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,7}|\d{15,})$/;

/** The address as it is declared, with those ids that have the form of one of ours. */
function addressOf(path: string, routes: readonly Address[]): string {
  // Express looks at neither case nor a slash at the end.
  const given = path.toLowerCase().replace(/\/$/, '').split('/');
  const address = routes.find((route) => isAt(route.path.split('/'), given));
  if (address === undefined) return NO_ROUTE;
  const shown = address.path.split('/').map((part, index) => {
    const [, name] = IN_BRACES.exec(part) ?? [];
    const value = given[index] ?? '';
    const isId = name !== undefined && ID.test(value) && address.params.safeParse({ [name]: value }).success;
    return isId ? value : part;
  });
  return shown.join('/');
}

function isAt(declared: readonly string[], given: readonly string[]): boolean {
  return (
    declared.length === given.length &&
    declared.every((part, index) => IN_BRACES.test(part) || part.toLowerCase() === given[index])
  );
}
