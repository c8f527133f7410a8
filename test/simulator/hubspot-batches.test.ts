import type { Client } from '@hubspot/api-client';
import {
  PropertyCreateFieldTypeEnum,
  PropertyCreateTypeEnum,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate';
import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { change } from './cloud-api';
import { createInput, crm, crmClient, propertyInput, refusalOf } from './crm-api';

const batchSchema = z.looseObject({
  status: z.literal('COMPLETE'),
  startedAt: z.iso.datetime(),
  completedAt: z.iso.datetime(),
  results: z.array(z.looseObject({ id: z.string(), new: z.boolean().optional() })),
  numErrors: z.number().optional(),
  errors: z
    .array(
      z.looseObject({
        status: z.literal('error'),
        category: z.string(),
        message: z.string(),
        context: z.record(z.string(), z.array(z.string())),
        errors: z.array(z.unknown()),
        links: z.record(z.string(), z.string()),
      }),
    )
    .optional(),
});

describe('CRM batches and unique keys', () => {
  let simulator: Simulator;
  let client: Client;

  beforeAll(async () => {
    simulator = await startSimulator({ hubspotAccessToken: 'hs-token' });
    client = crmClient(simulator.url);
  });
  beforeEach(async () => {
    await http(`${simulator.url}/control/reset`, { json: {} });
    await change(simulator.url, { hubspot_burst_limit: null, hubspot_search_limit: null });
    await client.crm.properties.coreApi.create(
      'contacts',
      propertyInput({
        name: 'wa_identity_key',
        label: 'Identity',
        groupName: 'contactinformation',
        type: PropertyCreateTypeEnum.String,
        fieldType: PropertyCreateFieldTypeEnum.Text,
        hasUniqueValue: true,
      }),
    );
  });
  afterAll(() => simulator.stop());

  const batch = async (action: string, inputs: readonly unknown[], more: object = {}) => {
    const path = `/crm/objects/2026-09/contacts/batch/${action}`;
    const answer = await crm(simulator.url, path, { json: { inputs, ...more } });
    return { status: answer.status, body: answer.body };
  };
  const named = (firstname: string, more: object = {}) => ({ properties: { firstname }, ...more });
  const upsertInput = (key: string, firstname: string, more: object = {}) => ({
    id: key,
    idProperty: 'wa_identity_key',
    ...named(firstname, more),
  });
  const total = async () =>
    z
      .looseObject({ total: z.number() })
      .parse((await http(`${simulator.url}/control/hubspot/objects/contacts`)).body).total;

  it('upsert by a unique key creates once and updates after', async () => {
    const first = await batch('upsert', [upsertInput('k1', 'Zoe'), upsertInput('k2', 'Ben')]);
    expect(first.status).toBe(200);
    expect(batchSchema.parse(first.body).results.map((row) => row.new)).toEqual([true, true]);
    const again = await batch('upsert', [upsertInput('k1', 'Zoë')]);
    expect(batchSchema.parse(again.body).results[0]).toMatchObject({
      new: false,
      properties: { firstname: 'Zoë', wa_identity_key: 'k1' },
    });
    const found = await client.crm.objects.basicApi.getById(
      'contacts',
      'k1',
      ['firstname'],
      undefined,
      undefined,
      false,
      'wa_identity_key',
    );
    expect(found.properties['firstname']).toBe('Zoë');
  });

  it('twenty upserts of one key at the same time make one contact', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_unused, index) => batch('upsert', [upsertInput('k1', `Zoe ${index}`)])),
    );
    expect(await total()).toBe(1);
  });

  it('a unique value that is taken is refused by name', async () => {
    const { body } = await batch('upsert', [upsertInput('k1', 'Zoe')]);
    const holder = batchSchema.parse(body).results[0]?.id ?? '';
    const second = client.crm.objects.basicApi.create(
      'contacts',
      createInput({ firstname: 'Ben', wa_identity_key: 'K1' }),
    );
    const refusal = await refusalOf(second);
    expect(refusal).toMatchObject({ status: 400, codes: ['CONFLICTING_UNIQUE_VALUE'] });
    expect(refusal.message).toContain(`${holder} already has that value`);
  });

  it('looking up by a property that is not unique is refused', async () => {
    const answer = await crm(simulator.url, '/crm/objects/2026-09/contacts/Zoe?idProperty=firstname');
    expect(answer).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR' } });
  });

  it('one bad row refuses the whole batch and writes nothing', async () => {
    const { status } = await batch('create', [named('Zoe'), { properties: { nope: 'x' } }]);
    expect(status).toBe(400);
    expect(await total()).toBe(0);
  });

  it('with a trace id on every row the others are written and the bad one is named (207)', async () => {
    const { status, body } = await batch('create', [
      named('Zoe', { objectWriteTraceId: 'row-1' }),
      { properties: { nope: 'x' }, objectWriteTraceId: 'row-2' },
    ]);
    expect(status).toBe(207);
    expect(batchSchema.parse(body)).toMatchObject({
      numErrors: 1,
      results: [{ objectWriteTraceId: 'row-1' }],
      errors: [{ category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['row-2'] } }],
    });
    expect(await total()).toBe(1);
  });

  it('a taken email refuses a whole upsert, trace ids or not', async () => {
    await batch('create', [{ properties: { email: 'zoe@example.com' } }]);
    const row = { id: 'k2', idProperty: 'wa_identity_key', objectWriteTraceId: 'row-2' };
    const { status } = await batch('upsert', [
      upsertInput('k1', 'Ben', { objectWriteTraceId: 'row-1' }),
      { ...row, properties: { email: 'zoe@example.com' } },
    ]);
    expect(status).toBe(409);
    expect(await total()).toBe(1);
  });

  it('the same unique value twice in one batch is refused', async () => {
    const twice = [1, 2].map((index) => ({
      properties: { firstname: `Zoe ${index}`, wa_identity_key: 'same' },
    }));
    expect((await batch('create', twice)).status).toBe(400);
    expect(await total()).toBe(0);
    const sameId = await batch('upsert', [upsertInput('k1', 'Zoe'), upsertInput('k1', 'Zoe')]);
    expect(sameId).toMatchObject({ status: 400 });
  });

  it('reading names the ids that are missing (207)', async () => {
    const { body } = await batch('create', [named('Zoe')]);
    const id = batchSchema.parse(body).results[0]?.id;
    const all = await batch('read', [{ id }], { properties: ['firstname'] });
    expect(all).toMatchObject({ status: 200, body: { results: [{ properties: { firstname: 'Zoe' } }] } });
    const some = await batch('read', [{ id }, { id: '999999' }]);
    expect(some.status).toBe(207);
    expect(batchSchema.parse(some.body)).toMatchObject({
      results: [{ id }],
      errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['999999'] } }],
    });
  });

  it('updating and archiving work by id and by key', async () => {
    await batch('upsert', [upsertInput('k1', 'Zoe')]);
    const updated = await batch('update', [upsertInput('k1', 'Zoë')]);
    expect(updated.status).toBe(200);
    const id = batchSchema.parse(updated.body).results[0]?.id;
    expect((await batch('archive', [{ id }])).status).toBe(204);
    expect((await batch('upsert', [upsertInput('k1', 'Zoe')])).body).toMatchObject({
      results: [{ new: true }],
    });
  });

  it('more than a hundred rows are refused', async () => {
    const rows = Array.from({ length: 101 }, (_unused, index) => named(`Buyer ${index}`));
    expect((await batch('create', rows)).status).toBe(400);
    expect((await batch('create', rows.slice(0, 100))).status).toBe(201);
  });
});
