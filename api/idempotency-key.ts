import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import { idempotencyKey } from './contract';
import { validate } from './validate';

/** Keys of different actors never meet; a request without one is a command of its own. */
export function keyOf(request: Pick<Request, 'get'>, actor: string): string {
  const given = request.get('Idempotency-Key');
  if (given === undefined) return `request:${randomUUID()}`;
  return `${actor}:${validate(idempotencyKey, given, 'Idempotency-Key')}`;
}
