import { ApplicationFailure } from '@temporalio/common';

/** Every failure an activity may report. Code elsewhere matches on these strings, never on classes or messages. */
export const FAILURE_TYPES = [
  'database-unavailable',
  'policy-missing',
  'row-missing',
  'hubspot-unavailable',
  'hubspot-rate-limited',
  'hubspot-rejected',
  'hubspot-unauthorised',
  'unexpected',
] as const;
export type FailureType = (typeof FAILURE_TYPES)[number];

/** A failure worth another attempt; `retryAfterMs` overrides the retry policy's own delay. */
export function retryable(type: FailureType, code: string, retryAfterMs?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message: `${type}: ${code}`,
    nonRetryable: false,
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}

/** A failure that no repetition mends. */
export function permanent(type: FailureType, code: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message: `${type}: ${code}`, nonRetryable: true });
}
