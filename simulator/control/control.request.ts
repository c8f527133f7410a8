import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { bodyJson, sendJson } from '../http/reply';

/** A request to the control that makes no sense. */
export class ControlError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A handler whose result is the answer. */
export function handle(work: (request: Request) => unknown): RequestHandler {
  return (request, response) => {
    sendJson(response, { status: 200, body: work(request) });
  };
}

/** The body of a request, or a 400 that says what is wrong with it. */
export function parseBody<Value>(request: Request, schema: z.ZodType<Value>): Value {
  const json = bodyJson(request);
  if (json === undefined) throw new ControlError(400, 'The body is no JSON.');
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new ControlError(400, z.prettifyError(result.error));
}
