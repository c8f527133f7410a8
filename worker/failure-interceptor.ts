import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { FAILURE_TYPES, permanent, retryable } from '../activities/failures';
import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';

/** SQLSTATE classes and socket errors that say "Postgres is away or busy", not "this statement is wrong". */
const AWAY = /^(08|53|55|57|58|40|XX)|^E[A-Z]+$/;

/** Tries of an activity that fails in a way that is not an outage. */
const DEFECT_TRIES_MAX = 8;

/**
 * Replaces every foreign error by its type and code: drivers quote values in their messages, and a failure is kept in
 * the history. Our own failures pass.
 */
export function createFailureInterceptor(logger: Logger): ActivityInboundCallsInterceptor {
  return {
    async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
      try {
        return await next(input);
      } catch (error) {
        if (error instanceof CancelledFailure || isOurs(error)) throw error;
        const { type, code } = describeError(error);
        logger.warn({ type, code }, 'an activity failed');
        if (isAway(error, code)) throw retryable('database-unavailable', code ?? type);
        // Tried some times, as it may be a race; then it is a defect, which no repetition mends.
        const isLastTry = Context.current().info.attempt >= DEFECT_TRIES_MAX;
        throw isLastTry ? permanent('unexpected', code ?? type) : retryable('unexpected', code ?? type);
      }
    },
  };
}

function isOurs(error: unknown): boolean {
  return error instanceof ApplicationFailure && FAILURE_TYPES.some((type) => type === error.type);
}

/** pg reports a lost or refused connection without a code, by these words. */
function isAway(error: unknown, code: string | null): boolean {
  if (code !== null) return AWAY.test(code);
  return error instanceof Error && /connection|timeout/i.test(error.message);
}
