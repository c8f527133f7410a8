import { searchVariants } from '../../domain/identity/identity.decide';
import type { Candidate } from '../../domain/identity/identity.decide';
import { commonSpellings, countryOfNumber, nationalDigits, sameNumber, toE164 } from '../../platform/phone';
import type { BuyerToLookUp, LinkCandidate } from '../../store/identity-link.store';
import {
  CONTACT_FACT_PROPERTIES,
  findContactsWithOpenDeal,
  PHONE_PROPERTIES,
  toEpochMs,
} from './contact.facts';
import { HubSpotCallError } from './hubspot.errors';
import type { HubSpotPort, HubSpotRecord, HubSpotSearchFilter } from './hubspot.port';

/** A contact whose phone really is the buyer's, with the record it was seen in. */
type FoundCandidate = Candidate & { readonly record: HubSpotRecord };
export type FoundCandidates = {
  readonly exact: readonly FoundCandidate[];
  readonly variants: readonly FoundCandidate[];
};

/** A shorter end than this would find strangers only. */
const END_LENGTH_MIN = 5;

/**
 * Finds the contacts with this buyer's number. The search is wide on purpose (digits without the country code, which collide
 * between countries); every hit is then compared as a full international number, whatever its spelling.
 */
export async function findCandidates(
  hubspot: HubSpotPort,
  buyer: BuyerToLookUp,
  defaultCountry: string | undefined,
): Promise<FoundCandidates> {
  const forms = buyer.waId === null ? [] : searchVariants(buyer.waId).map((digits) => `+${digits}`);
  const [exactForm, ...variantForms] = forms;
  if (exactForm === undefined) return { exact: [], variants: [] };
  const country = defaultCountry ?? countryOfNumber(buyer.businessPhone ?? '');
  const records = await search(hubspot, forms);
  const holding = (wanted: readonly string[]) =>
    records
      .filter((record) => phonesOf(record).some((raw) => wanted.some((form) => isNumber(raw, form, country))))
      .map((record) => ({ contactId: record.id, record }));
  return { exact: holding([exactForm]), variants: holding(variantForms) };
}

/** The facts a person needs to choose between contacts. */
export async function toLinkCandidates(
  hubspot: HubSpotPort,
  found: readonly { readonly contactId: string; readonly record: HubSpotRecord }[],
): Promise<LinkCandidate[]> {
  const records = new Map(found.map(({ contactId, record }) => [contactId, record]));
  const withOpenDeal = await findContactsWithOpenDeal(hubspot, [...records.keys()]);
  return [...records].map(([contactId, { properties, createdAtMs }]) => ({
    contactId,
    hasOpenDeal: withOpenDeal.has(contactId),
    ownerId: properties['hubspot_owner_id'] ?? null,
    lastActivityAtMs:
      toEpochMs(properties['notes_last_contacted']) ?? toEpochMs(properties['lastmodifieddate']),
    createdAtMs: toEpochMs(properties['createdate']) ?? createdAtMs,
  }));
}

async function search(hubspot: HubSpotPort, forms: readonly string[]): Promise<readonly HubSpotRecord[]> {
  const filters = toFilters(forms);
  try {
    return await hubspot.searchContacts(filters, CONTACT_FACT_PROPERTIES);
  } catch (error) {
    const isRejected = error instanceof HubSpotCallError && error.failure.class === 'rejected';
    if (!isRejected) throw error;
    // Not every account has the property for WhatsApp numbers.
    const [, ...others] = filters;
    return hubspot.searchContacts(others, CONTACT_FACT_PROPERTIES);
  }
}

/** Five alternatives, the most that HubSpot takes; the first is the one an account may not know. */
function toFilters(forms: readonly string[]): HubSpotSearchFilter[] {
  const values = [...new Set(forms.flatMap(commonSpellings))];
  const token = `*${commonEnd(forms.map(nationalDigits))}`;
  return [
    { propertyName: 'hs_whatsapp_phone_number', operator: 'IN', values },
    { propertyName: 'hs_searchable_calculated_phone_number', operator: 'CONTAINS_TOKEN', value: token },
    { propertyName: 'hs_searchable_calculated_mobile_number', operator: 'CONTAINS_TOKEN', value: token },
    { propertyName: 'phone', operator: 'IN', values },
    { propertyName: 'mobilephone', operator: 'IN', values },
  ];
}

/** Every form ends in the same subscriber number; what differs stands before it. */
function commonEnd(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  while (length > END_LENGTH_MIN && !others.every((other) => other.endsWith(first.slice(-length))))
    length -= 1;
  return first.slice(-length);
}

function phonesOf(record: HubSpotRecord): string[] {
  return PHONE_PROPERTIES.map((name) => (record.properties[name] ?? '').trim()).filter((raw) => raw !== '');
}

/**
 * Whether a phone as typed is the number. Without a country code it is read as of the account's country; only where that gives
 * no number it may be read as of the buyer's: the same digits exist in several countries.
 */
function isNumber(raw: string, e164: string, country: string | undefined): boolean {
  const read = toE164(raw, country);
  if (read === (toE164(e164) ?? e164)) return true;
  const isNational = !/^(\+|00)/.test(raw);
  const isReadable = country !== undefined && read !== null && read !== `+${raw.replace(/\D/g, '')}`;
  return isNational && !isReadable && sameNumber(raw, e164);
}
