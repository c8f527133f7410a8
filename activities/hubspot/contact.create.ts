import { toE164 } from '../../platform/phone';
import type { BuyerToLookUp } from '../../store/identity-link.store';
import { CONTACT_FACT_PROPERTIES } from './contact.facts';
import { IDENTITY_KEY_PROPERTY } from './hubspot.port';
import { HubSpotCallError } from './hubspot.errors';
import type { HubSpotFailure } from './hubspot.errors';
import type { HubSpotPort, HubSpotProperties, HubSpotRecord } from './hubspot.port';

type Created = { readonly record: HubSpotRecord; readonly isNew: boolean };

const NAME_LENGTH_MAX = 120;

/**
 * Creates the buyer's contact under its unique key, so that a repetition or a parallel call ends at the same contact. Null when
 * the account's own rules do not allow such a contact.
 */
export async function createContact(hubspot: HubSpotPort, buyer: BuyerToLookUp): Promise<Created | null> {
  const wanted = toNewContact(buyer);
  try {
    return await upsert(hubspot, buyer.buyerId, wanted);
  } catch (error) {
    const failure = refusalOf(error);
    const reduced = withoutOptional(wanted, failure);
    if (reduced === null) return null;
    return upsertOrNull(hubspot, buyer.buyerId, reduced);
  }
}

async function upsertOrNull(
  hubspot: HubSpotPort,
  key: string,
  properties: HubSpotProperties,
): Promise<Created | null> {
  try {
    return await upsert(hubspot, key, properties);
  } catch (error) {
    refusalOf(error);
    return null;
  }
}

async function upsert(hubspot: HubSpotPort, key: string, properties: HubSpotProperties): Promise<Created> {
  try {
    return await hubspot.upsertContact(key, properties);
  } catch (error) {
    if (!(error instanceof HubSpotCallError) || error.failure.class !== 'conflict') throw error;
    // Two calls for one new key met: the loser finds what the winner made.
    const record = await hubspot.findContactByKey(key, CONTACT_FACT_PROPERTIES);
    if (record === null) throw error;
    return { record, isNew: false };
  }
}

/** HubSpot wants a name on every contact; the phone is what people will look for. */
function toNewContact(buyer: BuyerToLookUp): HubSpotProperties {
  const phone = buyer.waId === null ? null : (toE164(`+${buyer.waId}`) ?? `+${buyer.waId}`);
  const name = (buyer.displayName ?? '').trim().slice(0, NAME_LENGTH_MAX);
  return {
    [IDENTITY_KEY_PROPERTY]: buyer.buyerId,
    firstname: name === '' ? `WhatsApp ${phone ?? 'buyer'}` : name,
    ...(phone === null ? {} : { phone }),
  };
}

/** What may be left out is the phone or the name that HubSpot finds fault with; the key never. */
function withoutOptional(properties: HubSpotProperties, failure: HubSpotFailure): HubSpotProperties | null {
  const faulty = (failure.propertyNames ?? []).filter((name) => name !== IDENTITY_KEY_PROPERTY);
  const kept = Object.entries(properties).filter(([name]) => !faulty.includes(name));
  if (kept.length === Object.keys(properties).length) return null;
  return {
    ...(faulty.includes('firstname') ? { firstname: 'WhatsApp buyer' } : {}),
    ...Object.fromEntries(kept),
  };
}

/** The failure when HubSpot refused for good because of the values; anything else is thrown on. */
function refusalOf(error: unknown): HubSpotFailure {
  if (!(error instanceof HubSpotCallError) || error.failure.class !== 'rejected') throw error;
  if (error.failure.propertyNames?.includes(IDENTITY_KEY_PROPERTY) === true) throw error;
  return error.failure;
}
