import type { ErrorRequestHandler } from 'express';

/** Express knows an error handler by its four parameters, which a rest parameter does not count as. */
export function asErrorHandler(
  handle: (...failed: Parameters<ErrorRequestHandler>) => void | Promise<void>,
): ErrorRequestHandler {
  return Object.defineProperty(handle, 'length', { value: 4 });
}
