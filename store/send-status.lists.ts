import { MAY_HAVE_LEFT, NOT_CLAIMED } from '../domain/send/send.state';
import type { SendStatus } from '../domain/vocabulary';

/*
 * Groups of statuses as SQL reads them after `in`, written out so that Postgres can match them with its partial indexes.
 */

/** Nobody has begun to send it. */
export const NOT_CLAIMED_LIST = listed(NOT_CLAIMED);

/** It is on its way, or may be. */
export const MAY_HAVE_LEFT_LIST = listed(MAY_HAVE_LEFT);

function listed(statuses: readonly SendStatus[]): string {
  return `(${statuses.map((status) => `'${status}'`).join(', ')})`;
}
