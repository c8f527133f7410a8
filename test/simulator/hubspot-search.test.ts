import type { Client } from '@hubspot/api-client';
import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { change } from './cloud-api';
import { createInput, crm, crmClient, updateInput } from './crm-api';

const foundSchema = z.looseObject({
  total: z.number(),
  results: z.array(z.looseObject({ id: z.string() })),
  paging: z.looseObject({ next: z.looseObject({ after: z.string() }) }).optional(),
});

describe('CRM search', () => {
  let simulator: Simulator;
  let client: Client;
  let now = Date.now();
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    simulator = await startSimulator({ hubspotAccessToken: 'hs-token', now: () => now });
    client = crmClient(simulator.url);
  });
  beforeEach(async () => {
    now = Date.now();
    await http(`${simulator.url}/control/reset`, { json: {} });
    await change(simulator.url, { hubspot_burst_limit: null, hubspot_search_limit: null });
    const create = async (key: string, properties: Record<string, string>) => {
      ids[key] = (await client.crm.objects.basicApi.create('contacts', createInput(properties))).id;
    };
    await create('zoe', { firstname: 'Zoe', phone: '+1 (202) 555-0123', lifecyclestage: 'lead' });
    await create('ben', { firstname: 'Ben', mobilephone: '07700 900123', email: 'ben@example.com' });
    await create('uk', { firstname: 'Uma Bell', phone: '+44 7700 900123' });
  });
  afterAll(() => simulator.stop());

  const search = async (body: object, type = 'contacts') =>
    crm(simulator.url, `/crm/objects/2026-09/${type}/search`, { json: body });
  const found = async (...filters: object[]) => {
    const { results } = foundSchema.parse((await search({ filterGroups: [{ filters }] })).body);
    return results.map(({ id }) => Object.keys(ids).find((key) => ids[key] === id));
  };
  const filter = (propertyName: string, operator: string, value?: string) => ({
    propertyName,
    operator,
    ...(value !== undefined && { value }),
  });

  it('finds phones by their national digits on all phone properties', async () => {
    await change(simulator.url, { hubspot_phone_country: 'GB' });
    const calculated = 'hs_searchable_calculated_phone_number';
    expect(await found(filter(calculated, 'EQ', '2025550123'))).toEqual(['zoe']);
    expect(await found(filter(calculated, 'CONTAINS_TOKEN', '*5550123'))).toEqual(['zoe']);
    expect(await found(filter(calculated, 'EQ', '7700900123'))).toEqual(['uk']);
    expect(await found(filter('hs_searchable_calculated_mobile_number', 'EQ', '7700900123'))).toEqual([
      'ben',
    ]);
    expect(await found(filter('phone', 'EQ', '+12025550123'))).toEqual([]);
  });

  it.each([
    [filter('firstname', 'EQ', 'ZOE'), ['zoe']],
    [filter('firstname', 'NEQ', 'zoe'), ['ben', 'uk']],
    [{ propertyName: 'firstname', operator: 'IN', values: ['zoe', 'ben'] }, ['zoe', 'ben']],
    [{ propertyName: 'firstname', operator: 'IN', values: ['Zoe'] }, []],
    [{ propertyName: 'firstname', operator: 'NOT_IN', values: ['zoe', 'ben'] }, ['uk']],
    [filter('email', 'HAS_PROPERTY'), ['ben']],
    [filter('email', 'NOT_HAS_PROPERTY'), ['zoe', 'uk']],
    [filter('firstname', 'CONTAINS_TOKEN', 'bell'), ['uk']],
    [filter('firstname', 'CONTAINS_TOKEN', 'be*'), ['ben', 'uk']],
    [filter('firstname', 'NOT_CONTAINS_TOKEN', 'be*'), ['zoe']],
    [filter('createdate', 'GT', '2026-01-01T00:00:00Z'), ['zoe', 'ben', 'uk']],
    [filter('createdate', 'LT', '2026-01-01T00:00:00Z'), []],
    [{ ...filter('hs_object_id', 'BETWEEN', '0'), highValue: '999999999' }, ['zoe', 'ben', 'uk']],
  ])('understands %j', async (one, expected) => {
    expect(await found(one)).toEqual(expected);
  });

  it('joins filters by and, groups by or, and pages', async () => {
    expect(await found(filter('firstname', 'EQ', 'zoe'), filter('email', 'HAS_PROPERTY'))).toEqual([]);
    const groups = ['zoe', 'ben'].map((name) => ({ filters: [filter('firstname', 'EQ', name)] }));
    const first = foundSchema.parse((await search({ filterGroups: groups, limit: 1 })).body);
    expect(first).toMatchObject({ total: 2, paging: { next: { after: '1' } } });
    const second = foundSchema.parse((await search({ filterGroups: groups, limit: 1, after: '1' })).body);
    expect(second.results[0]?.id).toBe(ids['ben']);
    expect(second.paging).toBeUndefined();
  });

  it('sorts, and searches words of the default properties', async () => {
    const sorted = foundSchema.parse((await search({ sorts: ['-firstname'] })).body);
    expect(sorted.results.map(({ id }) => id)).toEqual([ids['zoe'], ids['uk'], ids['ben']]);
    const queried = foundSchema.parse((await search({ query: 'ben@example' })).body);
    expect(queried.results.map(({ id }) => id)).toEqual([ids['ben']]);
  });

  it('finds the open deals of a contact', async () => {
    const create = async (dealname: string, dealstage: string) =>
      client.crm.objects.basicApi.create(
        'deals',
        createInput({ dealname, dealstage }, [{ id: ids['zoe'] ?? '', typeId: 3 }]),
      );
    const open = await create('Roof', 'qualifiedtobuy');
    await create('Wall', 'closedlost');
    const filters = [filter('associations.contact', 'EQ', ids['zoe']), filter('hs_is_closed', 'EQ', 'false')];
    const answer = await search({ filterGroups: [{ filters }], properties: ['dealstage'] }, 'deals');
    expect(answer.body).toMatchObject({
      total: 1,
      results: [{ id: open.id, properties: { dealstage: 'qualifiedtobuy' } }],
    });
  });

  it('sees changes only after the lag, and the old state until then', async () => {
    await change(simulator.url, { hubspot_search_lag_ms: 10_000 });
    await client.crm.objects.basicApi.create('contacts', createInput({ firstname: 'New' }));
    await client.crm.objects.basicApi.update(
      'contacts',
      ids['zoe'] ?? '',
      updateInput({ firstname: 'Zora' }),
    );
    expect(await found(filter('firstname', 'EQ', 'new'))).toEqual([]);
    expect(await found(filter('firstname', 'EQ', 'zoe'))).toEqual(['zoe']);
    now += 10_000;
    expect(await found(filter('firstname', 'EQ', 'zora'))).toEqual(['zoe']);
    expect(await found(filter('firstname', 'EQ', 'new'))).toHaveLength(1);
  });

  it('never shows archived records', async () => {
    await client.crm.objects.basicApi.archive('contacts', ids['zoe'] ?? '');
    expect(await found(filter('firstname', 'EQ', 'zoe'))).toEqual([]);
  });

  it.each([
    ['more than 200 per page', { limit: 201 }],
    ['more than 10,000 results', { after: '9991', limit: 10 }],
    ['six groups', { filterGroups: Array(6).fill({ filters: [filter('email', 'HAS_PROPERTY')] }) }],
    [
      'seven filters in a group',
      { filterGroups: [{ filters: Array(7).fill(filter('email', 'HAS_PROPERTY')) }] },
    ],
    [
      'nineteen filters',
      { filterGroups: Array(4).fill({ filters: Array(5).fill(filter('email', 'HAS_PROPERTY')) }) },
    ],
    ['an unknown operator', { filterGroups: [{ filters: [filter('email', 'LIKE', 'x')] }] }],
    ['an unknown property', { filterGroups: [{ filters: [filter('nope', 'EQ', 'x')] }] }],
    ['a missing value', { filterGroups: [{ filters: [filter('email', 'EQ')] }] }],
    ['a body too long', { query: 'x'.repeat(3_000) }],
    ['two sorts', { sorts: ['firstname', 'lastname'] }],
  ])('refuses %s', async (_name, body) => {
    expect(await search(body)).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR' } });
  });

  it('takes five searches a second, without rate limit headers', async () => {
    await change(simulator.url, { hubspot_search_limit: { max: 5, interval_ms: 1_000 } });
    for (let index = 0; index < 5; index += 1) expect((await search({})).status).toBe(200);
    const refused = await search({});
    expect(refused).toMatchObject({
      status: 429,
      body: {
        errorType: 'RATE_LIMIT',
        policyName: 'SECONDLY',
        message: 'You have reached your secondly limit.',
      },
    });
    expect(refused.headers.has('x-hubspot-ratelimit-max')).toBe(false);
    now += 1_000;
    expect((await search({})).status).toBe(200);
  });
});
