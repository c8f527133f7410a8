import { chooseDeal } from '../../domain/identity/identity.decide';
import type { CompanyFacts, ContactFacts, DealFacts } from '../../store/hubspot-contact.store';
import { IDENTITY_KEY_PROPERTY, MERGED_IDS_PROPERTY, NEVER_AUTOMATE_PROPERTY } from './hubspot.port';
import type { HubSpotAssociation, HubSpotPort, HubSpotRecord } from './hubspot.port';

/** Properties of a contact that hold a phone number in whatever spelling people typed. */
export const PHONE_PROPERTIES = ['phone', 'mobilephone', 'hs_whatsapp_phone_number'] as const;

/** What is read of a contact. */
export const CONTACT_FACT_PROPERTIES: readonly string[] = [
  IDENTITY_KEY_PROPERTY,
  NEVER_AUTOMATE_PROPERTY,
  MERGED_IDS_PROPERTY,
  ...PHONE_PROPERTIES,
  'firstname',
  'lastname',
  'lifecyclestage',
  'hs_lead_status',
  'hubspot_owner_id',
  'notes_last_contacted',
  'createdate',
  'lastmodifieddate',
];
const COMPANY_PROPERTIES = ['name', 'domain'];
const DEAL_PROPERTIES = [
  'dealname',
  'dealstage',
  'pipeline',
  'amount',
  'hubspot_owner_id',
  'hs_is_closed',
  'hs_lastmodifieddate',
];
const PRIMARY_COMPANY_TYPE_ID = 1;
const BATCH_MAX = 100;

/** Company and deals of a contact, by associations and batch reads: these are consistent, where a search lags behind. */
export async function fetchContactFacts(hubspot: HubSpotPort, contact: HubSpotRecord): Promise<ContactFacts> {
  const [companies, deals] = await Promise.all([
    hubspot.readAssociations('contacts', 'companies', [contact.id]),
    hubspot.readAssociations('contacts', 'deals', [contact.id]),
  ]);
  const companyId = mainCompanyId(companies.get(contact.id) ?? []);
  const dealIds = newestIds(deals.get(contact.id) ?? []);
  const [companyRecords, dealRecords] = await Promise.all([
    hubspot.readRecords('companies', companyId === null ? [] : [companyId], COMPANY_PROPERTIES),
    hubspot.readRecords('deals', dealIds, DEAL_PROPERTIES),
  ]);
  const company = companyRecords[0];
  return {
    contactId: contact.id,
    properties: contact.properties,
    company: company === undefined ? null : toCompany(company),
    deals: dealRecords.map(toDeal),
  };
}

/** Which of the given contacts have an open deal. */
export async function findContactsWithOpenDeal(
  hubspot: HubSpotPort,
  contactIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const associations = await hubspot.readAssociations('contacts', 'deals', contactIds);
  const dealIds = [...new Set([...associations.values()].flat().map((association) => association.toId))];
  const records = await hubspot.readRecords('deals', dealIds.slice(0, BATCH_MAX), DEAL_PROPERTIES);
  const open = new Set(
    records
      .map(toDeal)
      .filter((deal) => !deal.isClosed)
      .map((deal) => deal.id),
  );
  const withOpenDeal = contactIds.filter((contactId) =>
    (associations.get(contactId) ?? []).some((association) => open.has(association.toId)),
  );
  return new Set(withOpenDeal);
}

/** Company and deal a conversation belongs to. */
export function placeOf(facts: ContactFacts): { companyId: string | null; dealId: string | null } {
  return { companyId: facts.company?.id ?? null, dealId: chooseDeal(facts.deals).dealId };
}

/** HubSpot writes times as ISO text or as epoch milliseconds. */
export function toEpochMs(value: string | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null;
  const atMs = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isFinite(atMs) ? atMs : null;
}

function mainCompanyId(companies: readonly HubSpotAssociation[]): string | null {
  const primary = companies.find((company) => company.typeIds.includes(PRIMARY_COMPANY_TYPE_ID));
  return (primary ?? companies[0])?.toId ?? null;
}

/** Ids grow with time; a contact with more deals than one batch holds is judged by the newest. */
function newestIds(associations: readonly HubSpotAssociation[]): string[] {
  return [...new Set(associations.map((association) => association.toId))]
    .sort((one, other) => Number(other) - Number(one))
    .slice(0, BATCH_MAX);
}

function toCompany(record: HubSpotRecord): CompanyFacts {
  return {
    id: record.id,
    name: record.properties['name'] ?? null,
    domain: record.properties['domain'] ?? null,
  };
}

function toDeal(record: HubSpotRecord): DealFacts {
  const read = (name: string) => record.properties[name] ?? null;
  return {
    id: record.id,
    name: read('dealname'),
    stage: read('dealstage'),
    pipeline: read('pipeline'),
    amount: read('amount'),
    ownerId: read('hubspot_owner_id'),
    isClosed: read('hs_is_closed') === 'true',
    modifiedAtMs: toEpochMs(read('hs_lastmodifieddate')),
  };
}
