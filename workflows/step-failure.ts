import { ActivityFailure, ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { isCancellation } from '@temporalio/workflow';

/** Whether an activity failed. Remote ones come wrapped, local ones bare; a cancelled workflow is no failure of a step. */
export function isStepFailure(error: unknown): boolean {
  return error instanceof TemporalFailure && !isCancellation(error);
}

/** A defect parks a turn for a human; an outage (no answer in time, or the database away) does not: then null. */
export function reasonToPark(error: unknown): string | null {
  const failure = error instanceof ActivityFailure ? error.cause : error;
  if (!(failure instanceof ApplicationFailure) || failure.type === 'database-unavailable') return null;
  return `turn.${failure.type ?? 'unexpected'}`;
}
