import type { Client } from '@hubspot/api-client';
import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { change } from './cloud-api';
import { createInput, crm, crmClient, refusalOf, updateInput } from './crm-api';

const recordSchema = z.strictObject({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  archived: z.boolean(),
});
const COMMUNICATION_TO_CONTACT = 81;

describe('CRM records', () => {
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

  it('are created, read, changed and archived by the client of HubSpot', async () => {
    const created = await client.crm.objects.basicApi.create(
      'contacts',
      createInput({ firstname: 'Zoe', phone: '+12025550123' }),
    );
    expect(created.createdAt).toBeInstanceOf(Date);
    const read = await client.crm.objects.basicApi.getById('contacts', created.id, [
      'firstname',
      'mobilephone',
      'nope',
    ]);
    expect(read.properties).toMatchObject({ firstname: 'Zoe', mobilephone: null, hs_object_id: created.id });
    expect(read.properties).not.toHaveProperty('nope');
    await client.crm.objects.basicApi.update('contacts', created.id, updateInput({ firstname: '' }));
    const changed = await client.crm.objects.basicApi.getById('contacts', created.id, ['firstname']);
    expect(changed.properties['firstname']).toBeNull();
    await client.crm.objects.basicApi.archive('contacts', created.id);
    expect(await refusalOf(client.crm.objects.basicApi.getById('contacts', created.id))).toMatchObject({
      status: 404,
    });
    const archived = await crm(simulator.url, `/crm/objects/2026-09/contacts/${created.id}?archived=true`);
    expect(archived.body).toMatchObject({ id: created.id, archived: true });
  });

  it('have text ids, times in ISO form and HubSpot’s content type', async () => {
    const id = await contact({ firstname: 'Zoe' });
    const answer = await crm(simulator.url, `/crm/objects/2026-09/0-1/${id}`);
    expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
    const { properties, createdAt: answerTime } = recordSchema.parse(answer.body);
    expect(properties).toEqual({
      createdate: answerTime,
      email: null,
      firstname: 'Zoe',
      hs_object_id: id,
      lastmodifieddate: answerTime,
      lastname: null,
    });
  });

  it('need an email, firstname or lastname, unless phone-only is allowed', async () => {
    expect(await refusalOf(contact({ phone: '+12025550123' }))).toMatchObject({
      status: 400,
      category: 'VALIDATION_ERROR',
      codes: ['MISSING_REQUIRED_PROPERTY', 'MISSING_REQUIRED_PROPERTY', 'MISSING_REQUIRED_PROPERTY'],
    });
    await change(simulator.url, { hubspot_phone_only_create: true });
    expect(await contact({ phone: '+12025550123' })).toMatch(/^\d+$/);
  });

  it.each([
    ['an unknown property', { nope: 'x' }, 'PROPERTY_DOESNT_EXIST'],
    ['a read-only property', { createdate: '2026-01-01' }, 'READ_ONLY_VALUE'],
    ['a calculated property', { hs_searchable_calculated_phone_number: '1' }, 'READ_ONLY_VALUE'],
    ['an option that is none', { lifecyclestage: 'friend' }, 'INVALID_OPTION'],
    ['an email that is none', { email: 'zoe' }, 'INVALID_EMAIL'],
    ['an owner who is none', { hubspot_owner_id: '1' }, 'INVALID_OWNER_ID'],
    ['a text too long', { message: 'x'.repeat(65_537) }, 'PROPERTY_VALUE_TOO_LONG'],
  ])('refuse %s', async (_name, properties, code) => {
    const refusal = await refusalOf(contact({ firstname: 'Zoe', ...properties }));
    expect(refusal).toMatchObject({ status: 400, category: 'VALIDATION_ERROR', codes: [code] });
    expect(refusal.message).toContain('Property values were not valid');
    const all = await http(`${simulator.url}/control/hubspot/objects/contacts`);
    expect(all.body).toMatchObject({ total: 0 });
  });

  it('name the existing contact when an email is taken', async () => {
    const id = await contact({ email: 'zoe@example.com' });
    expect(await refusalOf(contact({ email: 'ZOE@example.com' }))).toEqual({
      status: 409,
      category: 'CONFLICT',
      message: `Contact already exists. Existing ID: ${id}`,
      codes: [],
    });
  });

  it('answer an unknown id with 404 and an unknown path too', async () => {
    const unknown = await crm(simulator.url, '/crm/objects/2026-09/contacts/999999');
    expect(unknown).toMatchObject({ status: 404, body: { status: 'error', message: 'resource not found' } });
    expect((await crm(simulator.url, '/crm/v3/objects/contacts/1')).status).toBe(404);
  });

  it('hold communications to their required properties, options and length', async () => {
    const zoe = await contact({ firstname: 'Zoe' });
    const create = (properties: Record<string, string>) =>
      client.crm.objects.basicApi.create(
        'communications',
        createInput(properties, [{ id: zoe, typeId: COMMUNICATION_TO_CONTACT }]),
      );
    const right = {
      hs_communication_channel_type: 'WHATS_APP',
      hs_communication_logged_from: 'CRM',
      hs_communication_body: '<p>hello</p>',
      hs_timestamp: '1790000000000',
    };
    const { id, properties } = await create(right);
    expect(properties['hs_timestamp']).toBe('2026-09-21T14:13:20.000Z');
    const body = 'x'.repeat(65_536);
    await client.crm.objects.basicApi.update(
      'communications',
      id,
      updateInput({ hs_communication_body: body }),
    );
    expect((await refusalOf(create({ ...right, hs_timestamp: '' }))).codes).toEqual([
      'MISSING_REQUIRED_PROPERTY',
    ]);
    expect((await refusalOf(create({ ...right, hs_communication_logged_from: 'API' }))).codes).toEqual([
      'INVALID_OPTION',
    ]);
    expect((await refusalOf(create({ ...right, hs_communication_body: `${body}x` }))).codes).toEqual([
      'PROPERTY_VALUE_TOO_LONG',
    ]);
  });

  it('keep deals inside their pipeline and know when they are closed', async () => {
    const create = (properties: Record<string, string>) =>
      client.crm.objects.basicApi.create('deals', createInput(properties));
    const { id } = await create({ dealname: 'Roof', dealstage: 'contractsent' });
    await client.crm.objects.basicApi.update('deals', id, updateInput({ dealstage: 'closedwon' }));
    const deal = await client.crm.objects.basicApi.getById('deals', id, [
      'hs_is_closed',
      'hs_is_closed_won',
      'pipeline',
    ]);
    expect(deal.properties).toMatchObject({
      hs_is_closed: 'true',
      hs_is_closed_won: 'true',
      pipeline: 'default',
    });
    expect((await refusalOf(create({ dealname: 'X', dealstage: 'nowhere' }))).codes).toEqual([
      'INVALID_OPTION',
    ]);
    expect((await refusalOf(create({ dealstage: 'closedwon' }))).codes).toEqual([
      'MISSING_REQUIRED_PROPERTY',
    ]);
  });

  it('say when a date was cut to its day', async () => {
    const definition = { name: 'wa_day', label: 'Day', groupName: 'contactinformation' };
    await crm(simulator.url, '/crm/properties/2026-09/contacts', {
      json: { ...definition, type: 'date', fieldType: 'date' },
    });
    const answer = await crm(simulator.url, '/crm/objects/2026-09/contacts', {
      json: { properties: { firstname: 'Zoe', wa_day: '2026-11-22T10:00:00Z' }, associations: [] },
    });
    expect(answer.body).toMatchObject({
      properties: { wa_day: '2026-11-22' },
      warnings: [{ category: 'PROPERTY_VALUE_NORMALIZED' }],
    });
  });

  it('are listed in pages', async () => {
    for (let index = 0; index < 5; index += 1) await contact({ firstname: `Buyer ${index}` });
    const first = await client.crm.contacts.basicApi.getPage(2);
    expect(first.results).toHaveLength(2);
    const all = await client.crm.contacts.getAll(2);
    expect(all).toHaveLength(5);
  });

  it('are gone for good after a privacy deletion', async () => {
    const zoe = await contact({ firstname: 'Zoe', email: 'zoe@example.com' });
    await crm(simulator.url, '/crm/objects/2026-09/contacts/gdpr-delete', { json: { objectId: zoe } });
    expect((await crm(simulator.url, `/crm/objects/2026-09/contacts/${zoe}?archived=true`)).status).toBe(404);
    expect(await contact({ email: 'zoe@example.com' })).not.toBe(zoe);
  });
});
