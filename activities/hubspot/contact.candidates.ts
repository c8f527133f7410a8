import { searchVariants } from '../../domain/identity/identity.decide';
import type { Candidate } from '../../domain/identity/identity.decide';
import type { BuyerToLookUp, LinkCandidate } from '../store/identity-link.store';
import {
  CONTACT_FACT_PROPERTIES,
  findContactsWithOpenDeal,
  PHONE_PROPERTIES,
  toEpochMs,
} from './contact.facts';
import { parsePhone } from './contact.phones';
import { HubSpotCallError } from './hubspot.errors';
import type { HubSpotPort, HubSpotRecord, HubSpotSearchFilter } from './hubspot.port';

/** A contact whose phone really is the buyer's, with the record it was seen in. */
export type FoundCandidate = Candidate & { readonly record: HubSpotRecord };
export type FoundCandidates = {
  readonly exact: readonly FoundCandidate[];
  readonly variants: readonly FoundCandidate[];
};

const SEARCHED_SPELLINGS_MAX = 20;
/** A shorter end than this would find strangers only. */
const NUMBER_LENGTH_MIN = 5;

/**
 * Finds the contacts with this buyer's number. The search is wide on purpose (digits without the country code, which collide
 * between countries); every hit is then compared as a full international number, whatever its spelling.
 */
export async function findCandidates(
  hubspot: HubSpotPort,
  buyer: BuyerToLookUp,
  defaultCountry: string | undefined,
): Promise<FoundCandidates> {
  const forms = buyer.waId === null ? [] : searchVariants(buyer.waId);
  const [exactForm, ...variantForms] = forms;
  if (exactForm === undefined) return { exact: [], variants: [] };
  const country = defaultCountry ?? countryOf(buyer.businessPhone);
  const records = await search(hubspot, forms);
  const holding = (wanted: readonly string[]) =>
    records
      .filter((record) => phonesOf(record, country).some((digits) => wanted.includes(digits)))
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
  const values = spellings(forms).slice(0, SEARCHED_SPELLINGS_MAX);
  const token = `*${commonEnd(forms.map(nationalDigits))}`;
  return [
    { propertyName: 'hs_whatsapp_phone_number', operator: 'IN', values },
    { propertyName: 'hs_searchable_calculated_phone_number', operator: 'CONTAINS_TOKEN', value: token },
    { propertyName: 'hs_searchable_calculated_mobile_number', operator: 'CONTAINS_TOKEN', value: token },
    { propertyName: 'phone', operator: 'IN', values },
    { propertyName: 'mobilephone', operator: 'IN', values },
  ];
}

/** The ways a number is usually written; for properties that are compared as text. */
function spellings(forms: readonly string[]): string[] {
  const written = forms.flatMap((digits) => [
    `+${digits}`,
    digits,
    `00${digits}`,
    ...(parsePhone(`+${digits}`)?.spellings ?? []),
  ]);
  return [...new Set(written)];
}

function nationalDigits(digits: string): string {
  return parsePhone(`+${digits}`)?.national ?? digits;
}

/** Every form ends in the same subscriber number; what differs stands before it. */
function commonEnd(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  while (length > NUMBER_LENGTH_MIN && !others.every((other) => other.endsWith(first.slice(-length))))
    length -= 1;
  return first.slice(-length);
}

/** The international digits of a contact's phones; a number without a country code is read in the given country. */
function phonesOf(record: HubSpotRecord, country: string | undefined): string[] {
  return PHONE_PROPERTIES.flatMap((name) => {
    const raw = (record.properties[name] ?? '').trim();
    return raw === '' ? [] : readings(raw, country);
  });
}

function readings(raw: string, country: string | undefined): string[] {
  const digits = raw.replace(/\D/g, '').replace(/^00/, '');
  const parsed = parsePhone(raw.replace(/^00/, '+'), country);
  if (parsed === null) return [digits];
  const isNational = !/^(\+|00)/.test(raw);
  // Some people type the country code without a plus; a good number of the own country is not read that way.
  if (isNational && parsed.isValid) return [parsed.e164.slice(1)];
  return [parsed.e164.slice(1), digits];
}

function countryOf(businessPhone: string | null): string | undefined {
  const digits = (businessPhone ?? '').replace(/\D/g, '');
  return parsePhone(`+${digits}`)?.country ?? undefined;
}
