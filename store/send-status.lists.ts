import { UNATTENDED_AUTHOR } from '../domain/send/gate.decide';
import { MAY_HAVE_LEFT, NOT_CLAIMED } from '../domain/send/send.state';
import type { SendStatus } from '../domain/vocabulary';

/*
 * Groups of sends as SQL reads them after `in`, written out so that Postgres can match them with its partial indexes.
 */

/** Nobody has begun to send it. */
export const NOT_CLAIMED_LIST = listed(NOT_CLAIMED);

/** It is on its way, or may be. */
export const MAY_HAVE_LEFT_LIST = listed(MAY_HAVE_LEFT);

/** A person ordered it from HubSpot, and nobody watches what becomes of it: `isUnattended` of the gate. */
export const UNATTENDED_SEND = `(send.kind = 'human' and send.author = '${UNATTENDED_AUTHOR}')`;

/** Nobody watches it when it leaves, so whoever stops automation means it. */
export const UNWATCHED_SEND = `(send.kind <> 'human' or send.author = '${UNATTENDED_AUTHOR}')`;

function listed(statuses: readonly SendStatus[]): string {
  return `(${statuses.map((status) => `'${status}'`).join(', ')})`;
}
