import type { HubSpotPort } from '../activities/hubspot/hubspot.port';
import { ensureHubSpotProperties } from '../activities/hubspot/hubspot.properties';
import { findStartOrders, tellStartOutcomes } from '../activities/hubspot/start.orders';
import { HubSpotCallError, isPassing } from '../activities/hubspot/hubspot.errors';
import type { TransactionalDatabase } from '../platform/database';
import type { Logger } from '../platform/logger';
import { takeStartTurn } from '../store/hubspot-start.store';
import { repeat } from './repeat';

/** Of the time between two looks: a timer that fires a little early must not lose its turn. */
const TURN_SHARE = 0.9;

type Parts = {
  readonly database: TransactionalDatabase;
  readonly hubspot: HubSpotPort;
  readonly everyMs: number;
};

/**
 * Looks in HubSpot for orders to write first and tells it what became of them; the API carries them out. One worker at a
 * time; HubSpot being away stops nothing else. Returns the stop.
 */
export function keepStarts(parts: Parts & { readonly logger: Logger }): () => Promise<void> {
  const { everyMs, logger } = parts;
  return repeat(() => lookForStarts(parts), {
    everyMs,
    logger,
    complaint: 'orders to write first cannot be read from HubSpot yet',
  });
}

/** Looks once, if it is this worker's turn. */
export async function lookForStarts(parts: Parts): Promise<void> {
  if (!(await takeStartTurn(parts.database, parts.everyMs * TURN_SHARE))) return;
  try {
    await findStartOrders(parts);
    await tellStartOutcomes(parts);
  } catch (error) {
    // Somebody deleted one of our properties: it is there again for the next look.
    if (error instanceof HubSpotCallError && !isPassing(error.failure))
      await ensureHubSpotProperties(parts.hubspot);
    throw error;
  }
}
