import type { Client } from '@hubspot/api-client';
import { BatchInputPublicFetchAssociationsBatchRequest } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/BatchInputPublicFetchAssociationsBatchRequest';
import { PublicFetchAssociationsBatchRequest } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/PublicFetchAssociationsBatchRequest';
import { PublicMergeInput } from '@hubspot/api-client/lib/codegen/crm/contacts/models/PublicMergeInput';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { change } from './cloud-api';
import { createInput, crm, crmClient, refusalOf } from './crm-api';

const CONTACT_TO_COMPANY = 279;
const DEAL_TO_CONTACT = 3;

describe('links between CRM records', () => {
  let simulator: Simulator;
  let client: Client;

  beforeAll(async () => {
    simulator = await startSimulator({ hubspotAccessToken: 'hs-token' });
    client = crmClient(simulator.url);
  });
  beforeEach(async () => {
    await http(`${simulator.url}/control/reset`, { json: {} });
    await change(simulator.url, { hubspot_burst_limit: null, hubspot_search_limit: null });
  });
  afterAll(() => simulator.stop());

  const contact = async (properties: Record<string, string>) =>
    (await client.crm.objects.basicApi.create('contacts', createInput(properties))).id;

  it('come with the create, all or nothing', async () => {
    const zoe = await contact({ firstname: 'Zoe' });
    const deal = await client.crm.objects.basicApi.create(
      'deals',
      createInput({ dealname: 'Roof', dealstage: 'qualifiedtobuy' }, [{ id: zoe, typeId: DEAL_TO_CONTACT }]),
    );
    const answer = await crm(simulator.url, `/crm/objects/2026-09/deals/${deal.id}?associations=contacts`);
    expect(answer.body).toMatchObject({
      associations: { contacts: { results: [{ id: zoe, type: 'deal_to_contact' }] } },
    });
    const broken = client.crm.objects.basicApi.create(
      'deals',
      createInput({ dealname: 'Wall', dealstage: 'qualifiedtobuy' }, [
        { id: '999999', typeId: DEAL_TO_CONTACT },
      ]),
    );
    expect(await refusalOf(broken)).toMatchObject({ status: 400, codes: ['INVALID_OBJECT_IDS'] });
    const deals = await http(`${simulator.url}/control/hubspot/objects/deals`);
    expect(deals.body).toMatchObject({ total: 1 });
  });

  it('move to the one new record of a merge, reachable by both old ids', async () => {
    const one = await contact({ firstname: 'Zoe', phone: '+12025550123' });
    const other = await contact({ firstname: 'Z.', email: 'zoe@example.com' });
    const deal = await client.crm.objects.basicApi.create(
      'deals',
      createInput({ dealname: 'Roof', dealstage: 'qualifiedtobuy' }, [
        { id: other, typeId: DEAL_TO_CONTACT },
      ]),
    );
    const merged = await client.crm.contacts.basicApi.merge(
      Object.assign(new PublicMergeInput(), { primaryObjectId: one, objectIdToMerge: other }),
    );
    expect([one, other]).not.toContain(merged.id);
    expect(merged.properties).toMatchObject({
      firstname: 'Zoe',
      email: 'zoe@example.com',
      hs_merged_object_ids: `${one};${other}`,
    });
    expect((await client.crm.objects.basicApi.getById('contacts', other)).id).toBe(merged.id);
    const inputs = [Object.assign(new PublicFetchAssociationsBatchRequest(), { id: deal.id })];
    const links = await client.crm.associations.v4.batchApi.getPage(
      'deals',
      'contacts',
      Object.assign(new BatchInputPublicFetchAssociationsBatchRequest(), { inputs }),
    );
    expect(links.results[0]?.to.map(({ toObjectId }) => toObjectId)).toEqual([merged.id]);
  });

  it('are made in batches, the first company being the primary one', async () => {
    const zoe = await contact({ firstname: 'Zoe' });
    const company = await client.crm.objects.basicApi.create(
      'companies',
      createInput({ name: 'Example Ltd' }),
    );
    const created = await crm(simulator.url, '/crm/associations/2026-09/contacts/companies/batch/create', {
      json: {
        inputs: [
          {
            from: { id: zoe },
            to: { id: company.id },
            types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: CONTACT_TO_COMPANY }],
          },
        ],
      },
    });
    expect(created).toMatchObject({
      status: 200,
      body: {
        status: 'COMPLETE',
        results: [{ fromObjectTypeId: '0-1', toObjectId: company.id, labels: [] }],
      },
    });
    const read = await crm(simulator.url, '/crm/associations/2026-09/0-1/0-2/batch/read', {
      json: { inputs: [{ id: zoe }] },
    });
    expect(read).toMatchObject({
      status: 200,
      body: {
        status: 'COMPLETE',
        results: [
          {
            from: { id: zoe },
            to: [
              {
                toObjectId: company.id,
                associationTypes: [
                  { category: 'HUBSPOT_DEFINED', typeId: 279 },
                  { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' },
                ],
              },
            ],
          },
        ],
      },
    });
    const shown = await client.crm.objects.basicApi.getById('contacts', zoe, ['associatedcompanyid']);
    expect(shown.properties['associatedcompanyid']).toBe(company.id);
  });

  it('are made by default in one call and removed again', async () => {
    const zoe = await contact({ firstname: 'Zoe' });
    const company = await client.crm.objects.basicApi.create(
      'companies',
      createInput({ name: 'Example Ltd' }),
    );
    const answer = await client.crm.associations.v4.basicApi.createDefault(
      'contacts',
      zoe,
      'companies',
      company.id,
    );
    expect(answer.results[0]?.associationSpec.associationTypeId).toBe(CONTACT_TO_COMPANY);
    await client.crm.associations.v4.basicApi.archive('contacts', zoe, 'companies', company.id);
    const none = await crm(simulator.url, '/crm/associations/2026-09/contacts/companies/batch/read', {
      json: { inputs: [{ id: zoe }] },
    });
    expect(none).toMatchObject({ status: 207, body: { results: [], numErrors: 1 } });
  });

  it('of the wrong kind are refused', async () => {
    const zoe = await contact({ firstname: 'Zoe' });
    const broken = client.crm.objects.basicApi.create(
      'contacts',
      createInput({ firstname: 'Ben' }, [{ id: zoe, typeId: DEAL_TO_CONTACT }]),
    );
    expect(await refusalOf(broken)).toMatchObject({ status: 400, codes: ['INVALID_ASSOCIATION_TYPE'] });
  });
});
