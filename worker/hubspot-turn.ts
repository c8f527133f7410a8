import { HubSpotCallError, isPassing } from '../activities/hubspot/hubspot.errors';
import type { HubSpotPort } from '../activities/hubspot/hubspot.port';
import { ensureHubSpotProperties } from '../activities/hubspot/hubspot.properties';

/** Of the time between two turns of the workers at HubSpot: a timer that fires a little early must not lose its turn. */
export const TURN_SHARE = 0.9;

/** Does what is to be done in a turn; a property of ours that somebody deleted is there again for the next one. */
export async function withProperties(hubspot: HubSpotPort, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof HubSpotCallError && !isPassing(error.failure))
      await ensureHubSpotProperties(hubspot);
    throw error;
  }
}
