import { HubSpotWorld } from './hubspot-world';

let world: HubSpotWorld;
beforeAll(async () => {
  world = await HubSpotWorld.start();
});
afterAll(async () => {
  await world.stop();
});
beforeEach(async () => {
  await world.reset();
});

const lookUp = async (buyerId: string) => world.activities().lookUpContact({ buyerId });

describe('an unknown buyer', () => {
  test('gets a contact with the unique key, the profile name and the phone', async () => {
    const buyer = await world.addBuyer({ waId: '12025550125', name: 'Zoe' });

    const { status } = await lookUp(buyer.buyerId);

    expect(status).toBe('created');
    const [contact] = await world.objects('contacts');
    expect(contact?.properties).toMatchObject({
      wa_identity_key: buyer.buyerId,
      firstname: 'Zoe',
      phone: '+12025550125',
    });
  });

  test('without a phone is created and found again by the key alone', async () => {
    const buyer = await world.addBuyer({ bsuid: 'US.13491208655302741918' });

    expect((await lookUp(buyer.buyerId)).status).toBe('created');
    await world.pool.query('delete from identity_link');
    expect((await lookUp(buyer.buyerId)).status).toBe('linked');

    const contacts = await world.objects('contacts');
    expect(contacts).toHaveLength(1);
    expect(contacts[0]?.properties['phone'] ?? null).toBeNull();
  });

  test('is not created when the policy says never', async () => {
    await world.reset({ create_contact: 'never' });
    const buyer = await world.addBuyer({ waId: '12025550125' });

    expect((await lookUp(buyer.buyerId)).status).toBe('unknown');
    expect(await world.objects('contacts')).toEqual([]);
  });

  test('looked up 20 times in parallel, by several workers, gets one contact and one link', async () => {
    const buyer = await world.addBuyer({ waId: '12025550126', name: 'Zoe' });
    const workers = [1, 2, 3, 4].map(() => world.activities(world.client()));

    const results = await Promise.all(
      [1, 2, 3, 4, 5].flatMap(() =>
        workers.map(async (worker) => worker.lookUpContact({ buyerId: buyer.buyerId })),
      ),
    );

    expect(new Set(results.map((result) => result.identityLinkId)).size).toBe(1);
    expect(await world.objects('contacts')).toHaveLength(1);
    expect(await world.rows('select id from identity_link')).toHaveLength(1);
  });

  test('is found by the key while the search index still lags', async () => {
    await world.simulator.settings({ hubspot_search_lag_ms: 600_000 });
    const buyer = await world.addBuyer({ waId: '12025550127', name: 'Zoe' });

    await lookUp(buyer.buyerId);
    await world.pool.query('delete from identity_link');
    await lookUp(buyer.buyerId);

    expect(await world.objects('contacts')).toHaveLength(1);
  });

  test('whose creation was cut off after it took effect is found again', async () => {
    const buyer = await world.addBuyer({ waId: '12025550128', name: 'Zoe' });
    await world.simulator.fault({
      service: 'hubspot',
      match: { path: 'batch/upsert' },
      kind: 'cut-after-commit',
      times: 1,
    });

    await expect(lookUp(buyer.buyerId)).rejects.toMatchObject({
      type: 'hubspot-unavailable',
      nonRetryable: false,
    });
    await lookUp(buyer.buyerId);

    expect(await world.objects('contacts')).toHaveLength(1);
    expect(await world.link(buyer)).toMatchObject({ reason_code: 'identity.key' });
  });

  test('is created without the phone when HubSpot refuses the phone', async () => {
    const buyer = await world.addBuyer({ waId: '12025550129', name: 'Zoe' });
    await world.simulator.fault({
      service: 'hubspot',
      match: { path: 'batch/upsert' },
      kind: 'error',
      status: 400,
      body: {
        status: 'error',
        category: 'VALIDATION_ERROR',
        message: 'Property values were not valid',
        correlationId: '3f1f9a3e-6f0e-4d4a-9d70-1f6a6f7f0001',
        errors: [{ code: 'INVALID_PHONE', message: 'bad', context: { propertyName: ['phone'] } }],
      },
      times: 1,
    });

    expect((await lookUp(buyer.buyerId)).status).toBe('created');
    const [contact] = await world.objects('contacts');
    expect(contact?.properties['phone'] ?? null).toBeNull();
  });

  test('stays unknown when the account demands more than we know', async () => {
    const buyer = await world.addBuyer({ waId: '12025550130', name: 'Zoe' });
    await world.simulator.fault({
      service: 'hubspot',
      match: { path: 'batch/upsert' },
      kind: 'error',
      status: 400,
      body: {
        category: 'VALIDATION_ERROR',
        message: 'Missing required property',
        errors: [
          { code: 'MISSING_REQUIRED_PROPERTY', message: 'email', context: { propertyName: ['email'] } },
        ],
      },
      times: 1,
    });

    expect((await lookUp(buyer.buyerId)).status).toBe('unknown');
    expect(await world.link(buyer)).toMatchObject({ reason_code: 'identity.create_refused' });
  });
});

describe('a link', () => {
  test('that is looked up again with the same outcome stays the same row', async () => {
    const buyer = await world.addBuyer({ waId: '12025550131' });

    const first = await lookUp(buyer.buyerId);
    const second = await lookUp(buyer.buyerId);

    expect(second).toEqual(first);
    expect(await world.rows('select id from identity_link')).toHaveLength(1);
  });

  test('follows a merge to the new id and keeps its history', async () => {
    const contact = await world.contact({ firstname: 'Wanda', phone: '+12025550132' });
    const buyer = await world.addBuyer({ waId: '12025550132' });
    await lookUp(buyer.buyerId);
    const other = await world.contact({ firstname: 'Wanda' });
    const merged = await world.merge(other.id, contact.id);

    await lookUp(buyer.buyerId);

    expect(await world.link(buyer)).toMatchObject({
      contact_id: merged.id,
      reason_code: 'identity.contact_merged',
    });
    expect(await world.rows('select id from identity_link where ended_at is not null')).toHaveLength(1);
  });

  test('to a contact that was deleted is resolved anew', async () => {
    const contact = await world.contact({ firstname: 'Wanda', phone: '+12025550133' });
    const buyer = await world.addBuyer({ waId: '12025550133' });
    await lookUp(buyer.buyerId);
    await world.archive(contact.id);

    await lookUp(buyer.buyerId);

    const link = await world.link(buyer);
    expect(link['status']).toBe('created');
    expect(link['contact_id']).not.toBe(contact.id);
  });

  test('is not made while HubSpot is silent: the look-up ends in time with a failure that names nobody', async () => {
    const buyer = await world.addBuyer({ waId: '12025550134', name: 'Zoe' });
    await world.simulator.fault({ service: 'hubspot', kind: 'hang' });

    const failure: unknown = await world
      .activities(world.client(300))
      .lookUpContact({ buyerId: buyer.buyerId })
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({ type: 'hubspot-unavailable', message: 'hubspot-unavailable: TIMEOUT' });
    expect(await world.link(buyer)).toEqual({});
  });

  test('is made with properties that were missing until now', async () => {
    await world.simulator.reset();
    const buyer = await world.addBuyer({ waId: '12025550135', name: 'Zoe' });

    expect((await lookUp(buyer.buyerId)).status).toBe('created');
  });

  test('waits for its turn when the search limit is reached', async () => {
    await world.simulator.fault({
      service: 'hubspot',
      match: { path: '/search' },
      kind: 'error',
      status: 429,
      body: { status: 'error', errorType: 'RATE_LIMIT', policyName: 'SECONDLY', message: 'x' },
      times: 1,
    });
    const buyer = await world.addBuyer({ waId: '12025550136' });

    await expect(lookUp(buyer.buyerId)).rejects.toMatchObject({
      type: 'hubspot-rate-limited',
      nextRetryDelay: 1000,
    });
  });
});
