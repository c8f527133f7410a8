import type { HubSpotPort } from '../activities/hubspot/hubspot.port';
import { readNeverAutomated } from '../activities/hubspot/never-automate.contacts';
import type { Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import { takeListTurn } from '../store/hubspot-never-automate.store';
import { TURN_SHARE, withProperties } from './hubspot-turn';
import { repeat } from './repeat';

type Parts = {
  readonly database: Database;
  readonly hubspot: HubSpotPort;
  readonly everyMs: number;
};

/**
 * Keeps the list of contacts to whom automation never writes as HubSpot has it, at start and regularly: it must hold
 * before they have ever written, and while HubSpot is slow. One worker at a time; a failure leaves what is known. Returns
 * the stop.
 */
export function keepNeverAutomateList(parts: Parts & { readonly logger: Logger }): () => Promise<void> {
  return repeat(() => readNeverAutomateList(parts), {
    everyMs: parts.everyMs,
    logger: parts.logger,
    complaint: 'the contacts to whom automation never writes cannot be read from HubSpot yet',
  });
}

/** Reads the list once, if it is this worker's turn. */
export async function readNeverAutomateList(parts: Parts): Promise<void> {
  const turn = await takeListTurn(parts.database, parts.everyMs * TURN_SHARE);
  if (turn === null) return;
  await withProperties(parts.hubspot, () => readNeverAutomated(parts, turn));
}
