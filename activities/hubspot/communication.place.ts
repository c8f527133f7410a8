import type { CrmPlace, PlacedRecord } from '../../store/crm-record.store';
import { HubSpotCallError } from './hubspot.errors';
import type { HubSpotFailure } from './hubspot.errors';
import type { HubSpotObjectType, HubSpotPair, HubSpotPort } from './hubspot.port';

export type RehangOutcome =
  | { readonly kind: 'done'; readonly place: CrmPlace }
  | { readonly kind: 'contact-gone' }
  | { readonly kind: 'log-gone' }
  | { readonly kind: 'failed'; readonly failure: HubSpotFailure };

/**
 * Takes a log entry off what it hung on and brings it to another contact with company and deal; what people have linked
 * it to by hand stays. May be repeated at any point: taking off and linking twice change nothing.
 */
export async function rehang(
  hubspot: HubSpotPort,
  record: PlacedRecord,
  to: CrmPlace,
): Promise<RehangOutcome> {
  try {
    // First off, then on: after a merge both ids lead to one contact, which must be linked in the end.
    for (const [type, id] of placesOf(record.place))
      await ignoringGone(hubspot.dissociate(pair(record, type, id)));
    if (to.contactId === null)
      return { kind: 'done', place: { contactId: null, companyId: null, dealId: null } };
    const failure = await link(hubspot, record, to.contactId);
    if (failure !== null) return failure;
    await linkOthers(hubspot, record, to);
    return { kind: 'done', place: { contactId: to.contactId, companyId: to.companyId, dealId: to.dealId } };
  } catch (error) {
    if (!(error instanceof HubSpotCallError)) throw error;
    return { kind: 'failed', failure: error.failure };
  }
}

/** Null when it is linked; HubSpot does not say which of the two is gone. */
async function link(
  hubspot: HubSpotPort,
  record: PlacedRecord,
  contactId: string,
): Promise<RehangOutcome | null> {
  try {
    await hubspot.associate(pair(record, 'contacts', contactId));
    return null;
  } catch (error) {
    if (!(error instanceof HubSpotCallError) || !isRefused(error)) throw error;
    if ((await hubspot.readContact(contactId, [])) === null) return { kind: 'contact-gone' };
    const there = await hubspot.readRecords('communications', [record.hubspotId], []);
    if (there.length === 0) return { kind: 'log-gone' };
    throw error;
  }
}

/** A company or deal that is gone must not keep the conversation out of the contact's timeline. */
async function linkOthers(hubspot: HubSpotPort, record: PlacedRecord, to: CrmPlace): Promise<void> {
  if (to.companyId !== null) await ignoringGone(hubspot.associate(pair(record, 'companies', to.companyId)));
  if (to.dealId !== null) await ignoringGone(hubspot.associate(pair(record, 'deals', to.dealId)));
}

async function ignoringGone(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof HubSpotCallError) || !isRefused(error)) throw error;
  }
}

function isRefused({ failure }: HubSpotCallError): boolean {
  return ['not-found', 'rejected', 'conflict'].includes(failure.class);
}

function placesOf(place: CrmPlace): [HubSpotObjectType, string][] {
  const all: [HubSpotObjectType, string | null][] = [
    ['contacts', place.contactId],
    ['companies', place.companyId],
    ['deals', place.dealId],
  ];
  return all.flatMap(([type, id]) => (id === null ? [] : [[type, id] as [HubSpotObjectType, string]]));
}

function pair(record: PlacedRecord, type: HubSpotObjectType, id: string): HubSpotPair {
  return { from: { type: 'communications', id: record.hubspotId }, to: { type, id } };
}
