const ASSOCIATION_TYPES = { contactToCompany: 279, dealToContact: 3, dealToCompany: 341 };

/** Buyers of one round: invented names, numbers of the ranges kept free for films; each round has new numbers. */
export function castOf(round) {
  const mobile = (index) => `447700900${String(100 + (round % 90) * 10 + index).padStart(3, '0')}`;
  return {
    newcomer: { name: 'Mara Lind', wa_id: mobile(0) },
    known: { name: 'Jonas Weber', wa_id: mobile(1) },
    burst: { name: 'Priya Nair', wa_id: mobile(2) },
    thanks: { name: 'Tom Archer', wa_id: mobile(3) },
    agent: { name: 'Elif Demir', wa_id: mobile(4) },
    silent: { name: 'Oscar Dahl', wa_id: mobile(5) },
    content: { name: 'Nina Rossi', wa_id: mobile(6) },
    switchboard: { name: 'Harbour Joinery', wa_id: `120255501${String(10 + (round % 90)).padStart(2, '0')}` },
  };
}

/** What HubSpot knows before the first message: a contact with company and open deal, and two with one number. */
export async function seedHubspot(clients, cast) {
  const company = await clients.createObject('companies', { properties: { name: 'Weber Interiors' } });
  const jonas = { firstname: 'Jonas', lastname: 'Weber' };
  const { contactToCompany, dealToContact, dealToCompany } = ASSOCIATION_TYPES;
  const known = await createContact(clients, cast.known, jonas, [to(company, contactToCompany)]);
  const deal = await clients.createObject('deals', {
    properties: { dealname: 'Forty oak chairs', pipeline: 'default', dealstage: 'qualifiedtobuy' },
    associations: [to(known, dealToContact), to(company, dealToCompany)],
  });
  await createContact(clients, cast.switchboard, { firstname: 'Ruth', lastname: 'Hale' });
  await createContact(clients, cast.switchboard, { firstname: 'Samir', lastname: 'Hale' });
  await waitUntilFound(clients, cast.switchboard.wa_id, 2);
  return { contactId: known.id, companyId: company.id, dealId: deal.id };
}

function createContact(clients, buyer, name, associations = []) {
  const email = `${name.firstname}.${name.lastname}.${buyer.wa_id}@example.com`.toLowerCase();
  return clients.createObject('contacts', {
    properties: { ...name, email, phone: `+${buyer.wa_id}` },
    associations,
  });
}

function to(record, associationTypeId) {
  return { to: { id: record.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] };
}

/** HubSpot's search index lags behind its records; the story begins when it has caught up. */
async function waitUntilFound(clients, digits, count) {
  const body = {
    filterGroups: [{ filters: [{ propertyName: 'phone', operator: 'EQ', value: `+${digits}` }] }],
    limit: 10,
  };
  for (let attempt = 0; attempt < 240; attempt += 1) {
    if ((await clients.searchObjects('contacts', body)).total >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('The simulated HubSpot does not find the contacts that were just created.');
}
