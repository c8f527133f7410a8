import { json } from 'express';
import type { RequestHandler } from 'express';
import { ApiProblem } from './errors';

/** A message is 4,096 characters at most; this leaves room for escapes and everything around it. */
const BODY_BYTES_MAX = 64 * 1_024;

const parseJson: RequestHandler = json({ limit: BODY_BYTES_MAX, inflate: false });

/** Refuses a body that is not declared as JSON, instead of taking it for no body at all. */
const requireJson: RequestHandler = (request, _response, next) => {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && request.is('application/json') === false) throw new ApiProblem('unsupported_media_type');
  next();
};

/** Reads a JSON body; behind authentication, so that nobody else's body is parsed. */
export const readJsonBody: readonly RequestHandler[] = [requireJson, parseJson];
