import type { WaitingObject } from '../../store/crm-outbox.store';
import { HubSpotCallError } from './hubspot.errors';
import type { DrainParts } from './outbox.parts';

const RESOLVE_ATTEMPTS_MAX = 5;

/** Looks up the buyers whose first look-up did not end in time, so that the link follows. */
export async function mirrorIdentities(parts: DrainParts, objects: readonly WaitingObject[]): Promise<void> {
  for (const object of objects) {
    if (parts.isOver()) return;
    parts.heartbeat();
    if (object.contactId !== null) await parts.keeper.done(object);
    else await lookUp(parts, object);
  }
}

/** The contact is gone from HubSpot: the buyer is looked up anew and the row follows the new link. */
export async function resolveAgain(parts: DrainParts, object: WaitingObject): Promise<void> {
  if (object.attempts >= RESOLVE_ATTEMPTS_MAX) {
    await parts.keeper.dead(object, 'contact-gone');
    return;
  }
  try {
    await parts.lookUp(object.buyerId);
    await parts.keeper.later(object, { delayMs: 0, errorCode: 'contact-gone' });
  } catch (error) {
    if (!(error instanceof HubSpotCallError)) throw error;
    await parts.keeper.failed(object, error.failure);
  }
}

async function lookUp(parts: DrainParts, object: WaitingObject): Promise<void> {
  try {
    await parts.lookUp(object.buyerId);
    await parts.keeper.done(object);
  } catch (error) {
    if (!(error instanceof HubSpotCallError)) throw error;
    await parts.keeper.failed(object, error.failure);
  }
}
