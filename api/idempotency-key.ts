import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import { z } from 'zod';
import { idempotencyKey } from './contract';
import { validate } from './validate';

const keyHeader = z.object({ 'Idempotency-Key': idempotencyKey });

/** Keys of different actors never meet; a request without one is a command of its own. */
export function keyOf(request: Pick<Request, 'get'>, actor: string): string {
  const given = request.get('Idempotency-Key');
  if (given === undefined) return `request:${randomUUID()}`;
  const { 'Idempotency-Key': key } = validate(keyHeader, { 'Idempotency-Key': given }, 'header');
  return `${actor}:${key}`;
}
