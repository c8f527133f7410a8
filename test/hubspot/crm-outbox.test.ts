import { HubSpotWorld, quietEnvironment } from './hubspot-world';

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

describe('the contact', () => {
  test('shows when both sides wrote, who answered and where the conversation stands', async () => {
    const buyer = await world.addLinkedBuyer();
    const episodeId = await world.addEpisode(buyer, [
      { text: 'Hello?', at: '2026-01-05T14:02:00Z' },
      { text: 'Hello Zoe', author: 'agent:anna', at: '2026-01-05T14:03:00Z' },
    ]);
    await world.pool.query(
      `update episode set first_inbound_at = '2026-01-05T14:02:00Z', first_response_at = '2026-01-05T14:03:00Z' where id = $1`,
      [episodeId],
    );
    await world.enqueue(buyer, 'contact');

    expect(await world.drain()).toEqual({ doneCount: 1, nextAtMs: null });

    const [contact] = await world.objects('contacts');
    expect(contact?.properties).toMatchObject({
      wa_first_response_seconds: '60',
      wa_conversation_status: 'waiting',
      wa_handled_by: 'human',
      wa_last_outcome: 'none',
      firstname: 'Zoe',
    });
    expect(Date.parse(contact?.properties['wa_last_inbound_at'] ?? '')).toBe(
      Date.parse('2026-01-05T14:02:00Z'),
    );
    expect(Date.parse(contact?.properties['wa_last_outbound_at'] ?? '')).toBe(
      Date.parse('2026-01-05T14:03:00Z'),
    );
  });

  test('with several facts costs one call, and none when nothing changed', async () => {
    const buyer = await world.addLinkedBuyer();
    await world.addEpisode(buyer, [{ text: 'Hello?', at: '2026-01-05T14:02:00Z' }]);
    await world.enqueue(buyer, 'contact');
    await world.enqueue(buyer, 'contact');
    await world.enqueue(buyer, 'contact');
    expect((await world.drain()).doneCount).toBe(3);

    await world.simulator.fault({ service: 'hubspot', kind: 'error', status: 500, times: 100 });
    await world.enqueue(buyer, 'contact');

    expect((await world.drain()).doneCount).toBe(1);
  });

  test('with a value HubSpot refuses does not keep the other contacts back', async () => {
    const buyers = [
      await world.addLinkedBuyer(),
      await world.addLinkedBuyer(),
      await world.addLinkedBuyer(),
      await world.addLinkedBuyer(),
    ];
    for (const buyer of buyers) {
      await world.addEpisode(buyer, [{ text: 'Hello?', at: '2026-01-05T14:02:00Z' }]);
      await world.enqueue(buyer, 'contact');
    }
    const bad = buyers[1];
    const refusal = {
      service: 'hubspot',
      kind: 'error',
      status: 400,
      body: { category: 'VALIDATION_ERROR', message: 'Jane Doe is not allowed', errors: [] },
    } as const;
    // The whole batch is refused, twice as the properties are checked between, then every half that holds the bad row.
    await world.simulator.fault({ ...refusal, match: { path: 'batch/update' }, times: 3 });
    await world.simulator.fault({
      ...refusal,
      match: { path: `contacts/${bad?.contactId ?? ''}` },
      times: 9,
    });

    const { doneCount } = await world.drain();

    expect(doneCount).toBe(3);
    const outbox = await world.outbox();
    expect(outbox.filter(({ dead }) => dead === true)).toEqual([
      expect.objectContaining({ key: bad?.buyerId, error_code: 'VALIDATION_ERROR' }),
    ]);
    expect(JSON.stringify(outbox)).not.toContain('Jane');
  });

  test('that was merged is written under the new id and the link follows', async () => {
    const buyer = await world.addLinkedBuyer();
    await world.addEpisode(buyer, [{ text: 'Hello?', at: '2026-01-05T14:02:00Z' }]);
    const other = await world.contact({ firstname: 'Zoe' });
    const merged = await world.merge(other.id, buyer.contactId);
    await world.enqueue(buyer, 'contact');

    await world.drain();
    await world.letTimePass();
    await world.drain();

    expect(await world.link(buyer)).toMatchObject({ contact_id: merged.id });
    const contacts = await world.objects('contacts');
    expect(contacts.find(({ id }) => id === merged.id)?.properties['wa_conversation_status']).toBe('open');
    expect(await world.outbox()).toEqual([expect.objectContaining({ done: true })]);
  });

  test('that was deleted is looked up anew and written there', async () => {
    const buyer = await world.addLinkedBuyer();
    await world.addEpisode(buyer, [{ text: 'Hello?', at: '2026-01-05T14:02:00Z' }]);
    await world.archive(buyer.contactId);
    await world.enqueue(buyer, 'contact');

    await world.drain();

    expect(await world.outbox()).toEqual([expect.objectContaining({ done: true })]);
    const link = await world.link(buyer);
    expect(link['contact_id']).not.toBe(buyer.contactId);
  });

  test('gets its properties even when somebody deleted one of them', async () => {
    const buyer = await world.addLinkedBuyer();
    await world.addEpisode(buyer, [{ text: 'Hello?', at: '2026-01-05T14:02:00Z' }]);
    await world.archiveProperty('wa_handled_by');
    await world.enqueue(buyer, 'contact');

    await world.drain();

    const [contact] = await world.objects('contacts');
    expect(contact?.properties['wa_handled_by']).toBe('nobody');
  });
});

describe('rows that cannot be sent yet', () => {
  test('of a buyer without a contact wait without a call, and go when the link follows', async () => {
    const buyer = await world.addBuyer({ waId: '12025550137' });
    const episodeId = await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
    await world.enqueue(buyer, 'contact');
    await world.enqueue(buyer, 'communication', episodeId);
    await world.simulator.fault({ service: 'hubspot', kind: 'error', status: 500, times: 100 });

    expect(await world.drain()).toEqual({ doneCount: 0, nextAtMs: null });

    await world.simulator.clearFaults();
    await world.enqueue(buyer, 'identity');
    expect(await world.drain()).toEqual({ doneCount: 3, nextAtMs: null });
    expect(await world.objects('communications')).toHaveLength(1);
  });

  test('of an ambiguous buyer wait, others go on', async () => {
    await world.contact({ firstname: 'Xavier', phone: '+12025550136' });
    await world.contact({ firstname: 'Yolanda', phone: '+12025550136' });
    const ambiguous = await world.addBuyer({ waId: '12025550136' });
    await world.addEpisode(ambiguous, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
    const known = await world.addLinkedBuyer();
    await world.addEpisode(known, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
    await world.enqueue(ambiguous, 'identity');
    await world.enqueue(ambiguous, 'contact');
    await world.enqueue(known, 'contact');

    expect(await world.drain()).toEqual({ doneCount: 2, nextAtMs: null });
    expect(await world.link(ambiguous)).toMatchObject({ status: 'ambiguous' });
  });

  test('of later are announced with their time', async () => {
    const buyer = await world.addLinkedBuyer();
    await world.enqueue(buyer, 'contact');
    await world.pool.query(`update crm_outbox set not_before = now() + interval '1 hour'`);

    const { doneCount, nextAtMs } = await world.drain();

    expect(doneCount).toBe(0);
    expect(nextAtMs).toBeGreaterThan(Date.now() + 3_500_000);
  });

  test('while HubSpot limits us come back after the time it names, and nothing is lost', async () => {
    const buyer = await world.addLinkedBuyer();
    await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
    await world.enqueue(buyer, 'contact');
    await world.simulator.settings({ hubspot_burst_limit: { max: 1, interval_ms: 60_000 } });
    await world.hubspot.readContactProperties();

    await expect(world.drain()).rejects.toMatchObject({
      type: 'hubspot-rate-limited',
      nextRetryDelay: 10_000,
    });

    await world.simulator.settings({ hubspot_burst_limit: null });
    expect((await world.drain()).doneCount).toBe(1);
  });

  test('while HubSpot is away stay, and go when it is back', async () => {
    const buyers = [
      await world.addLinkedBuyer(),
      await world.addLinkedBuyer(),
      await world.addLinkedBuyer(),
      await world.addLinkedBuyer(),
    ];
    for (const buyer of buyers) {
      const episodeId = await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
      await world.enqueue(buyer, 'communication', episodeId);
    }
    await world.simulator.fault({ service: 'hubspot', kind: 'cut-before', times: 1_000 });

    await expect(world.drain()).rejects.toMatchObject({ type: 'hubspot-unavailable', nonRetryable: false });

    await world.simulator.clearFaults();
    await world.letTimePass();
    expect((await world.drain()).doneCount).toBe(4);
    expect(await world.objects('communications')).toHaveLength(4);
  });

  test('with a token that is refused stay until it is mended', async () => {
    const buyer = await world.addLinkedBuyer();
    await world.enqueue(buyer, 'contact');
    await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
    await world.simulator.fault({ service: 'hubspot', kind: 'error', status: 401, times: 1_000 });

    await expect(world.drain()).rejects.toMatchObject({ type: 'hubspot-unauthorised', nonRetryable: false });
    expect(await world.outbox()).toEqual([expect.objectContaining({ done: false, dead: false })]);
  });
});

test('a fact that comes while its object is being sent is sent too', async () => {
  const buyer = await world.addLinkedBuyer();
  const episodeId = await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
  await world.enqueue(buyer, 'communication', episodeId);
  const write = await world.hold({ method: 'POST', path: 'objects/2026-09/communications' });

  const draining = world.drain();
  await write.hasCome();
  await world.say(buyer, episodeId, { text: 'Two', at: '2026-01-05T14:04:00Z' });
  await world.enqueue(buyer, 'communication', episodeId);
  await write.letGo();
  await draining;

  expect(await world.objects('communications')).toHaveLength(1);
  expect(await world.firstBody()).toContain('Two');
});

test('two drains at the same time do not both write', async () => {
  const buyer = await world.addLinkedBuyer();
  const episodeId = await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
  await world.enqueue(buyer, 'communication', episodeId);
  const call = await world.hold();

  const first = world.drain();
  await call.hasCome();
  await expect(world.drain()).rejects.toThrow();
  await call.letGo();

  expect(await first).toMatchObject({ doneCount: 1 });
  expect(await world.objects('communications')).toHaveLength(1);
});

test('a drain shows signs of life before every call', async () => {
  const buyer = await world.addLinkedBuyer();
  await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
  await world.enqueue(buyer, 'contact');
  const environment = quietEnvironment();
  let heartbeats = 0;
  environment.on('heartbeat', () => (heartbeats += 1));

  await world.drain(environment);

  expect(heartbeats).toBeGreaterThanOrEqual(2);
});
