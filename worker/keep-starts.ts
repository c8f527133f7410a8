import type { HubSpotPort } from '../activities/hubspot/hubspot.port';
import { findStartOrders, tellStartOutcomes } from '../activities/hubspot/start.orders';
import type { TransactionalDatabase } from '../platform/database';
import type { Logger } from '../platform/logger';
import { takeStartTurn } from '../store/hubspot-start.store';
import { TURN_SHARE, withProperties } from './hubspot-turn';
import { repeat } from './repeat';

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
  await withProperties(parts.hubspot, async () => {
    await findStartOrders(parts);
    await tellStartOutcomes(parts);
  });
}
