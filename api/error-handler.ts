import { types } from 'node:util';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { asErrorHandler } from './as-error-handler';
import { ApiProblem, fieldOf, problemType } from './errors';
import { PROBLEMS } from './problems';
import type { FieldError } from './errors';
import type { ProblemKind } from './problems';
import { requestIdOf } from './request-id';

/** Answers requests that no route took. */
export const answerUnknownRoute: RequestHandler = () => {
  throw new ApiProblem('not_found');
};

/** The last handler: turns whatever was thrown into problem details (RFC 9457); logs what nobody foresaw, once. */
export function createErrorHandler(logger: Logger): ErrorRequestHandler {
  return asErrorHandler((...[error, , response, next]) => {
    const problem = toProblem(error);
    if (PROBLEMS[problem.kind].status >= 500) logFailure(logger, response, error);
    if (response.headersSent) next(error);
    else sendProblem(response, problem);
  });
}

function logFailure(logger: Logger, response: Response, error: unknown): void {
  logger.error(
    { requestId: requestIdOf(response), error: describeError(error), frames: framesOf(error) },
    'a request failed',
  );
}

function sendProblem(response: Response, problem: ApiProblem): void {
  const { status, title, whatToDo } = PROBLEMS[problem.kind];
  if (status === 401) response.set('WWW-Authenticate', 'Bearer realm="continuo"');
  if (problem.kind === 'insufficient_scope')
    response.set('WWW-Authenticate', 'Bearer realm="continuo", error="insufficient_scope"');
  if (status === 503) response.set('Retry-After', '2');
  response
    .status(status)
    .type('application/problem+json')
    .json({
      ...problem.members,
      type: problemType(problem.kind),
      title,
      status,
      detail: problem.detail,
      ...describeErrors(problem.errors),
      what_to_do: whatToDo,
      request_id: requestIdOf(response),
    });
}

/** The first wrong field, and all of them; those of the body with a JSON pointer (RFC 6901). */
function describeErrors(errors: readonly FieldError[]): object {
  const [first] = errors;
  if (first === undefined) return {};
  return {
    field: fieldOf(first),
    errors: errors.map((error) => ({
      in: error.in,
      field: fieldOf(error),
      ...(error.in === 'body' ? { pointer: pointerOf(error.path) } : {}),
      message: error.message,
    })),
  };
}

function pointerOf(path: readonly string[]): string {
  return ['#', ...path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}

/** Kinds that the body parser names; anything else that it refuses is a malformed request. */
const PARSER_PROBLEMS: Readonly<Record<string, ProblemKind>> = {
  'entity.parse.failed': 'malformed_json',
  'entity.too.large': 'payload_too_large',
  'charset.unsupported': 'unsupported_media_type',
  'encoding.unsupported': 'unsupported_media_type',
};

/** Postgres is away, starting, stopping or too slow: worth a repetition. */
const OUTAGE_CODES =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08\w{3}|53\w{3}|57P0\d|57014|40001|40P01|55P03)$/;
const OUTAGE_MESSAGE = /timeout exceeded when trying to connect|Connection terminated/;

function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  // Not `instanceof`: errors of Node's own parts may come from another realm.
  if (!types.isNativeError(error)) return new ApiProblem('unexpected');
  return new ApiProblem(requestProblem(error) ?? (isOutage(error) ? 'unavailable' : 'unexpected'));
}

/** What express and its body parser blame the request for; null when they do not. */
function requestProblem(error: Error): ProblemKind | null {
  if (!('status' in error) || typeof error.status !== 'number') return null;
  if (error.status < 400 || error.status >= 500) return null;
  const type = 'type' in error && typeof error.type === 'string' ? error.type : '';
  return PARSER_PROBLEMS[type] ?? 'malformed_request';
}

function isOutage(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  // The driver gives no code to a pool that found no connection or to a connection that was cut.
  return code === null ? OUTAGE_MESSAGE.test(error.message) : OUTAGE_CODES.test(code);
}

/** Where it happened, without the message: drivers quote people's data in it. */
function framesOf(error: unknown): string[] {
  if (!types.isNativeError(error) || error.stack === undefined) return [];
  return error.stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at .+:\d+:\d+\)?$/.test(line));
}
