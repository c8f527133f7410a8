import type { WaitingObject } from '../../store/crm-outbox.store';
import { communicationMarker, hasMarker } from './communication.mapping';
import type { CommunicationPart } from './communication.mapping';
import { HubSpotCallError } from './hubspot.errors';
import type { HubSpotFailure } from './hubspot.errors';
import type { HubSpotAssociationInput, HubSpotPort, HubSpotProperties } from './hubspot.port';

/** Kinds of associations from a communication, as HubSpot numbers them. */
const TO_CONTACT = 81;
const TO_DEAL = 85;
const TO_COMPANY = 87;

const BATCH_MAX = 100;
const SEARCHED_MAX = 300;

export type CreateRequest = {
  readonly object: WaitingObject;
  readonly communication: CommunicationPart;
  /** An earlier attempt may have taken effect. */
  readonly isRepeated: boolean;
};
export type CreateOutcome =
  | { readonly kind: 'created'; readonly id: string }
  /** The earlier attempt did take effect; what stands there may be older than what was asked for now. */
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'failed'; readonly failure: HubSpotFailure; readonly isContactGone: boolean };

/**
 * Creates one part of an episode's log, exactly once: HubSpot has no idempotency key, so after an attempt of unknown end the
 * record is searched for by its marker before another one is made.
 */
export async function createCommunication(
  hubspot: HubSpotPort,
  request: CreateRequest,
): Promise<CreateOutcome> {
  const { object, communication, isRepeated } = request;
  const { contactId } = object;
  if (contactId === null) return failed({ class: 'rejected', code: 'NO_CONTACT' });
  const marker = communicationMarker(object.key, communication.part);
  try {
    const earlierId = isRepeated ? await findByMarker(hubspot, contactId, marker) : null;
    if (earlierId !== null) return { kind: 'found', id: earlierId };
    const record = await createOrReduce(hubspot, request, contactId);
    return { kind: 'created', id: record.id };
  } catch (error) {
    if (!(error instanceof HubSpotCallError)) throw error;
    return afterFailure(hubspot, error.failure, { contactId, marker });
  }
}

/** The record whose body carries the marker, by associations and batch reads: these know a new record at once. */
async function findByMarker(hubspot: HubSpotPort, contactId: string, marker: string): Promise<string | null> {
  const associations = await hubspot.readAssociations('contacts', 'communications', [contactId]);
  const ids = [...associations.values()]
    .flat()
    .map((association) => association.toId)
    .sort((one, other) => Number(other) - Number(one))
    .slice(0, SEARCHED_MAX);
  for (let start = 0; start < ids.length; start += BATCH_MAX) {
    const batch = ids.slice(start, start + BATCH_MAX);
    const records = await hubspot.readRecords('communications', batch, ['hs_communication_body']);
    const found = records.find((record) => hasMarker(record.properties['hs_communication_body'], marker));
    if (found !== undefined) return found.id;
  }
  return null;
}

/** A company, deal or owner that is gone must not keep the conversation out of the contact's timeline. */
async function createOrReduce(hubspot: HubSpotPort, request: CreateRequest, contactId: string) {
  const { object, communication } = request;
  const toContact = { toId: contactId, typeId: TO_CONTACT };
  const others = optionalAssociations(object);
  try {
    return await hubspot.createCommunication(communication.properties, [toContact, ...others]);
  } catch (error) {
    const reduced = withoutOwner(communication.properties);
    const isOptional = others.length > 0 || reduced !== communication.properties;
    if (!(error instanceof HubSpotCallError) || !isOptional || !isRefused(error.failure)) throw error;
    return hubspot.createCommunication(reduced, [toContact]);
  }
}

async function afterFailure(
  hubspot: HubSpotPort,
  failure: HubSpotFailure,
  place: { contactId: string; marker: string },
): Promise<CreateOutcome> {
  try {
    if (failure.class === 'ambiguous') {
      const id = await findByMarker(hubspot, place.contactId, place.marker);
      return id === null ? failed(failure) : { kind: 'found', id };
    }
    if (!isRefused(failure)) return failed(failure);
    return { ...failed(failure), isContactGone: (await hubspot.readContact(place.contactId, [])) === null };
  } catch (error) {
    if (!(error instanceof HubSpotCallError)) throw error;
    // It stays unknown; the next attempt begins with the search.
    return failed(failure);
  }
}

function optionalAssociations(object: WaitingObject): HubSpotAssociationInput[] {
  return [
    ...(object.companyId === null ? [] : [{ toId: object.companyId, typeId: TO_COMPANY }]),
    ...(object.dealId === null ? [] : [{ toId: object.dealId, typeId: TO_DEAL }]),
  ];
}

function withoutOwner(properties: HubSpotProperties): HubSpotProperties {
  if (!('hubspot_owner_id' in properties)) return properties;
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== 'hubspot_owner_id'));
}

function isRefused(failure: HubSpotFailure): boolean {
  return ['rejected', 'not-found', 'conflict'].includes(failure.class);
}

function failed(failure: HubSpotFailure) {
  return { kind: 'failed', failure, isContactGone: false } as const;
}
