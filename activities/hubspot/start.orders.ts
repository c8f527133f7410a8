import type { Database } from '../../platform/database';
import { keepStart, noteTold, readUntoldStarts } from '../../store/hubspot-start.store';
import { PHONE_PROPERTIES } from './contact.facts';
import { HubSpotCallError, isPassing } from './hubspot.errors';
import {
  IDENTITY_KEY_PROPERTY,
  NEVER_AUTOMATE_PROPERTY,
  OPT_IN_AT_PROPERTY,
  OPT_IN_HOW_PROPERTY,
  START_PROPERTY,
  START_RESULT_PROPERTY,
} from './hubspot.port';
import type { HubSpotPort } from './hubspot.port';

type Parts = { readonly hubspot: HubSpotPort; readonly database: Database };

/** What is kept of a contact with its order. */
const PROPERTIES: readonly string[] = [
  START_PROPERTY,
  IDENTITY_KEY_PROPERTY,
  NEVER_AUTOMATE_PROPERTY,
  OPT_IN_AT_PROPERTY,
  OPT_IN_HOW_PROPERTY,
  ...PHONE_PROPERTIES,
  'firstname',
];
/** HubSpot is told so many outcomes in one go; the rest with the next look. */
const TOLD_AT_ONCE_MAX = 50;
/** A contact that refuses the outcome so often is left alone: it was deleted, or a property was. */
const TELL_TRIES_MAX = 5;

/**
 * Finds the contacts whose property asks us to write first, and keeps each setting of it as one order. The search lags
 * behind, so that what stands in the property, and since when, is read from the contact itself.
 */
export async function findStartOrders({ hubspot, database }: Parts): Promise<void> {
  const found = await hubspot.searchContacts(
    [{ propertyName: START_PROPERTY, operator: 'HAS_PROPERTY' }],
    [START_PROPERTY],
  );
  const ids = found.map(({ id }) => id);
  for (const contact of await hubspot.readContactsWithPast(ids, PROPERTIES, START_PROPERTY)) {
    const wanted = contact.properties[START_PROPERTY]?.trim() ?? '';
    const set = contact.past[0];
    if (wanted === '' || set === undefined) continue;
    await keepStart(database, {
      contactId: contact.id,
      setAtMs: set.sinceMs,
      setBy: set.setBy,
      wanted,
      properties: contact.properties,
    });
  }
}

/** Tells HubSpot what became of the orders, and clears the property unless somebody has set it again. */
export async function tellStartOutcomes({ hubspot, database }: Parts): Promise<void> {
  const untold = await readUntoldStarts(database, TOLD_AT_ONCE_MAX);
  const ids = [...new Set(untold.map(({ contactId }) => contactId))];
  const contacts = await hubspot.readContactsWithPast(ids, [START_PROPERTY], START_PROPERTY);
  for (const order of untold) {
    const contact = contacts.find(({ id }) => id === order.contactId);
    const isSetAgain = contact?.past[0]?.sinceMs !== order.setAtMs;
    const isDone = await tell(hubspot, {
      id: order.contactId,
      properties: {
        [START_RESULT_PROPERTY]: order.outcome,
        ...(isSetAgain ? {} : { [START_PROPERTY]: '' }),
      },
    });
    await noteTold(database, order.id, { isDone, triesMax: TELL_TRIES_MAX });
  }
}

/** False when HubSpot refuses this contact; throws when it is away. */
async function tell(
  hubspot: HubSpotPort,
  update: { readonly id: string; readonly properties: Readonly<Record<string, string>> },
): Promise<boolean> {
  try {
    await hubspot.updateRecord('contacts', update);
    return true;
  } catch (error) {
    if (!(error instanceof HubSpotCallError) || isPassing(error.failure)) throw error;
    return false;
  }
}
