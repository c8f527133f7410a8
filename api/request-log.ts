import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import type { Logger } from '../platform/logger';
import { describeError } from '../platform/logger';

/**
 * One line per request: method, path, status and duration. Never a body, a header or a query string: they hold
 * people's numbers, words and tokens.
 */
export function logRequests(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (_request, response) => String(response.getHeader('X-Request-Id')),
    wrapSerializers: false,
    serializers: {
      req: describeRequest,
      res: (response: ServerResponse) => ({ status: response.statusCode }),
      err: describeError,
    },
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'warn' : 'info'),
    autoLogging: { ignore: (request) => pathOf(request).startsWith('/health/') },
  });
}

function describeRequest(
  request: IncomingMessage & { id?: unknown; originalUrl?: string },
): Record<string, unknown> {
  return { id: request.id, method: request.method, path: pathOf(request) };
}

function pathOf(request: IncomingMessage & { originalUrl?: string }): string {
  return (request.originalUrl ?? request.url ?? '').split('?', 1)[0] ?? '';
}
