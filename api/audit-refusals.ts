import type { ErrorRequestHandler, Request } from 'express';
import type { Database } from '../platform/database';
import { targetKindOf } from '../store/commands/order-kinds';
import type { AuditKind, OrderTarget } from '../store/commands/order-kinds';
import { insertRefusedOrder } from '../store/commands/refused-order.store';
import { asErrorHandler } from './as-error-handler';
import { callerOf } from './authentication';
import { ApiProblem } from './errors';
import type { Route } from './route';
import { validate } from './validate';

/** An id that could be one of ours or of WhatsApp's; anything else names nothing and is not kept. */
const ID = /^[\w-]{1,64}$/;

/**
 * Keeps orders that were refused in the audit log, those that a token may not give among them. What cannot be read as an
 * order is none, and a refusal that names its row has one.
 */
export function auditRefusals(
  route: Route & { readonly orders: AuditKind },
  pool: Database,
): ErrorRequestHandler {
  const refusals: readonly string[] = [...route.problems, 'insufficient_scope'];
  return asErrorHandler(async (...[failure, request, response, next]) => {
    const error: unknown = failure;
    const isNew = error instanceof ApiProblem && error.members['command_id'] === undefined;
    if (!isNew || !refusals.includes(error.kind)) {
      next(error);
      return;
    }
    const { reason, ...given } = bodyOf(route, request);
    const commandId = await insertRefusedOrder(pool, {
      kind: route.orders,
      actor: callerOf(response).actor,
      reason: typeof reason === 'string' ? reason : null,
      refusal: error.kind,
      arguments: given,
      target: targetOf(route.orders, request),
    });
    const { kind, detail, errors, members } = error;
    next(new ApiProblem(kind, { detail, errors, members: { ...members, command_id: commandId } }));
  });
}

/** Who somebody is. */
const PERSONAL = new Set(['phone', 'user_id']);

/** What was ordered, as far as it is what the route takes: a refusal for the token comes before the body is read. */
function bodyOf(route: Route, request: Request): Record<string, unknown> {
  try {
    const body: unknown = validate(route.body, request.body ?? {}, 'body');
    const given = typeof body === 'object' && body !== null ? Object.entries(body) : [];
    // Of what was not done no words and no people are kept: nothing would find them when a buyer is to be forgotten.
    return Object.fromEntries(
      given.filter(([field, value]) => !PERSONAL.has(field) && typeof value !== 'object'),
    );
  } catch (error) {
    if (error instanceof ApiProblem) return {};
    throw error;
  }
}

function targetOf(kind: AuditKind, request: Request): OrderTarget | null {
  const { id } = request.params;
  return typeof id === 'string' && ID.test(id) ? { kind: targetKindOf(kind), id } : null;
}
