import { HubSpotCallError, isPassing } from '../activities/hubspot/hubspot.errors';
import type { HubSpotPort } from '../activities/hubspot/hubspot.port';
import { ensureHubSpotProperties } from '../activities/hubspot/hubspot.properties';
import { readNeverAutomated } from '../activities/hubspot/never-automate.contacts';
import type { Database } from '../platform/database';
import type { Logger } from '../platform/logger';
import { takeListTurn } from '../store/hubspot-never-automate.store';
import { repeat } from './repeat';

/** Of the time between two readings: a timer that fires a little early must not lose its turn. */
const TURN_SHARE = 0.9;

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
  try {
    await readNeverAutomated(parts, turn);
  } catch (error) {
    // Somebody deleted one of our properties: it is there again for the next reading.
    if (error instanceof HubSpotCallError && !isPassing(error.failure))
      await ensureHubSpotProperties(parts.hubspot);
    throw error;
  }
}
