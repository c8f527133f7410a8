import type { HubspotRecord, SimulatorClient } from '../support/simulator-client';
import { waitFor } from '../support/wait-for';

const CONTACT_TO_COMPANY = 279;
const DEAL_TO_CONTACT = 3;
const DEAL_TO_COMPANY = 341;

/** A contact in HubSpot as somebody typed it in. */
export async function addContact(
  simulator: SimulatorClient,
  properties: Readonly<Record<string, string>>,
  companyId?: string,
): Promise<HubspotRecord> {
  const associations = companyId === undefined ? [] : [associationTo(companyId, CONTACT_TO_COMPANY)];
  return simulator.createObject('contacts', { properties, associations });
}

/** A contact with its company and an open deal at a stage. */
export async function addContactWithDeal(
  simulator: SimulatorClient,
  properties: Readonly<Record<string, string>>,
  deal: { readonly name: string; readonly stage: string },
): Promise<{ contactId: string; companyId: string; dealId: string }> {
  const company = await simulator.createObject('companies', {
    properties: { name: `Company of ${deal.name}` },
  });
  const contact = await addContact(simulator, properties, company.id);
  const made = await simulator.createObject('deals', {
    properties: { dealname: deal.name, pipeline: 'default', dealstage: deal.stage },
    associations: [associationTo(contact.id, DEAL_TO_CONTACT), associationTo(company.id, DEAL_TO_COMPANY)],
  });
  return { contactId: contact.id, companyId: company.id, dealId: made.id };
}

/** The logs of conversations that hang on a contact. */
export async function logsOf(
  simulator: SimulatorClient,
  contactId: string,
): Promise<readonly HubspotRecord[]> {
  const all = await simulator.objects('communications');
  return all.filter((log) => (log.associations?.['contacts'] ?? []).some(({ id }) => id === contactId));
}

/** Waits until the contact's record is as described. */
export function contactWhere(
  simulator: SimulatorClient,
  what: string,
  check: (contact: HubspotRecord) => boolean,
): Promise<HubspotRecord> {
  return waitFor(async () => (await simulator.objects('contacts')).find(check), {
    what: `a contact in HubSpot ${what}`,
  });
}

function associationTo(id: string, associationTypeId: number): unknown {
  return { to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] };
}
