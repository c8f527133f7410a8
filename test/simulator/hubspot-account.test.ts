import type { Client } from '@hubspot/api-client';
import {
  PropertyCreateFieldTypeEnum,
  PropertyCreateTypeEnum,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate';
import { BatchInputPropertyCreate } from '@hubspot/api-client/lib/codegen/crm/properties/models/BatchInputPropertyCreate';
import { PropertyUpdate } from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyUpdate';
import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { change } from './cloud-api';
import { createInput, crm, crmClient, propertyInput, refusalOf } from './crm-api';

const DEFINITION = {
  name: 'wa_last_outcome',
  label: 'Last outcome',
  groupName: 'contactinformation',
  type: PropertyCreateTypeEnum.Enumeration,
  fieldType: PropertyCreateFieldTypeEnum.Select,
  options: [
    { label: 'Answered', value: 'answered' },
    { label: 'Open', value: 'open' },
  ],
};
const OUTCOME = propertyInput(DEFINITION);

describe('the HubSpot account', () => {
  let simulator: Simulator;
  let client: Client;
  let now = Date.now();

  beforeAll(async () => {
    simulator = await startSimulator({ hubspotAccessToken: 'hs-token', now: () => now });
    client = crmClient(simulator.url);
  });
  beforeEach(async () => {
    await http(`${simulator.url}/control/reset`, { json: {} });
  });
  afterAll(() => simulator.stop());

  it('tells its id', async () => {
    const details = z.looseObject({ portalId: z.int() });
    expect(details.parse((await crm(simulator.url, '/account-info/2026-09/details')).body).portalId).toBe(
      details.parse((await crm(simulator.url, '/account-info/v3/details')).body).portalId,
    );
  });

  it('lists owners and the sales pipeline with its seven stages', async () => {
    const owners = await client.crm.owners.ownersApi.getPage();
    expect(owners.results.map(({ firstName }) => firstName)).toEqual(['Anna', 'Ben']);
    expect((await client.crm.owners.ownersApi.getById(70001)).email).toBe('anna@example.com');
    const pipelines = await client.crm.pipelines.pipelinesApi.getAll('deals');
    expect(pipelines.results[0]?.stages.map(({ id }) => id)).toHaveLength(7);
    const last = pipelines.results[0]?.stages.at(-1);
    expect(last).toMatchObject({ id: 'closedlost', metadata: { isClosed: 'true', probability: '0.0' } });
  });

  it('takes own properties and holds values to their options', async () => {
    const created = await client.crm.properties.coreApi.create('contacts', OUTCOME);
    expect(created.options.map(({ value }) => value)).toEqual(['answered', 'open']);
    const read = await client.crm.properties.coreApi.getByName('contacts', 'wa_last_outcome');
    expect(read).toMatchObject({ hubspotDefined: false, archived: false, hasUniqueValue: false });
    const create = (value: string) =>
      client.crm.objects.basicApi.create(
        'contacts',
        createInput({ firstname: 'Zoe', wa_last_outcome: value }),
      );
    expect((await create('open')).properties['wa_last_outcome']).toBe('open');
    expect((await refusalOf(create('lost'))).codes).toEqual(['INVALID_OPTION']);
  });

  it('says that a property is already there, and brings back an archived one', async () => {
    await client.crm.properties.coreApi.create('contacts', OUTCOME);
    const again = await refusalOf(client.crm.properties.coreApi.create('contacts', OUTCOME));
    expect(again).toMatchObject({ status: 409, category: 'OBJECT_ALREADY_EXISTS' });
    await client.crm.properties.coreApi.archive('contacts', 'wa_last_outcome');
    expect((await crm(simulator.url, '/crm/properties/2026-09/contacts/wa_last_outcome')).status).toBe(404);
    await client.crm.properties.coreApi.create('contacts', OUTCOME);
    const all = await client.crm.properties.coreApi.getAll('contacts');
    expect(all.results.map(({ name }) => name)).toContain('wa_last_outcome');
  });

  it('creates and reads properties in batches and in own groups', async () => {
    const group = { name: 'whatsapp', label: 'WhatsApp', displayOrder: 1 };
    await crm(simulator.url, '/crm/properties/2026-09/contacts/groups', { json: group });
    const groups = await client.crm.properties.groupsApi.getAll('contacts');
    expect(groups.results.map(({ name }) => name)).toEqual(['contactinformation', 'whatsapp']);
    const inputs = ['wa_one', 'wa_two'].map((name) =>
      propertyInput({ ...DEFINITION, name, groupName: 'whatsapp' }),
    );
    const created = await client.crm.properties.batchApi.create(
      'contacts',
      Object.assign(new BatchInputPropertyCreate(), { inputs }),
    );
    expect(created.results).toHaveLength(2);
    const read = await crm(simulator.url, '/crm/properties/2026-09/contacts/batch/read', {
      json: { archived: false, inputs: [{ name: 'wa_one' }, { name: 'wa_three' }] },
    });
    expect(read).toMatchObject({ status: 207, body: { results: [{ name: 'wa_one' }], numErrors: 1 } });
    const unknownGroup = propertyInput({ ...DEFINITION, name: 'wa_four', groupName: 'nowhere' });
    expect(await refusalOf(client.crm.properties.coreApi.create('contacts', unknownGroup))).toMatchObject({
      status: 400,
    });
  });

  it('widens the options of a property', async () => {
    await client.crm.properties.coreApi.create('contacts', OUTCOME);
    const { options } = propertyInput({ ...DEFINITION, options: [{ label: 'New', value: 'new' }] });
    await client.crm.properties.coreApi.update(
      'contacts',
      'wa_last_outcome',
      Object.assign(new PropertyUpdate(), { options }),
    );
    const read = await client.crm.properties.coreApi.getByName('contacts', 'wa_last_outcome');
    expect(read.options.map(({ value }) => value)).toEqual(['new']);
    expect(read.label).toBe('Last outcome');
  });

  it('allows ten unique properties per object type', async () => {
    const create = (index: number) =>
      crm(simulator.url, '/crm/properties/2026-09/contacts', {
        json: {
          ...DEFINITION,
          name: `wa_key_${index}`,
          type: 'string',
          fieldType: 'text',
          options: [],
          hasUniqueValue: true,
        },
      });
    for (let index = 0; index < 10; index += 1) expect((await create(index)).status).toBe(201);
    expect((await create(10)).status).toBe(400);
  });

  it('refuses missing and wrong tokens', async () => {
    const answer = await crm(simulator.url, '/crm/owners/2026-09', {
      headers: { authorization: 'Bearer no' },
    });
    expect(answer).toMatchObject({ status: 401, body: { category: 'INVALID_AUTHENTICATION' } });
  });

  it('names the scope that is missing', async () => {
    await change(simulator.url, { hubspot_scopes: ['crm.objects.contacts.read'] });
    expect((await crm(simulator.url, '/crm/objects/2026-09/contacts')).status).toBe(200);
    expect(
      await crm(simulator.url, '/crm/objects/2026-09/contacts', {
        json: { properties: { firstname: 'Zoe' } },
      }),
    ).toMatchObject({
      status: 403,
      body: {
        category: 'MISSING_SCOPES',
        errors: [{ context: { requiredGranularScopes: ['crm.objects.contacts.write'] } }],
      },
    });
  });

  it('takes a hundred requests in ten seconds and counts them in the headers', async () => {
    const get = () => crm(simulator.url, '/crm/owners/2026-09');
    const first = await get();
    expect(first.headers.get('x-hubspot-ratelimit-max')).toBe('100');
    expect(first.headers.get('x-hubspot-ratelimit-remaining')).toBe('99');
    expect(first.headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000');
    await Promise.all(Array.from({ length: 99 }, get));
    expect(await get()).toMatchObject({ status: 429, body: { policyName: 'TEN_SECONDLY_ROLLING' } });
    now += 10_000;
    expect((await get()).status).toBe(200);
  });
});
