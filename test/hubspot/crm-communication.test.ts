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

describe('the log of an episode', () => {
  test('is one record with summary and transcript, linked to contact, company and the one open deal', async () => {
    const company = await world.company('Acme');
    const contact = await world.contactOf(company, { firstname: 'Wanda', phone: '+12025550139' });
    const deal = await world.deal(contact.id, { dealname: 'New' });
    const buyer = await world.addBuyer({ waId: '12025550139' });
    await world.activities().lookUpContact({ buyerId: buyer.buyerId });
    const episodeId = await world.addEpisode(buyer, [
      { text: 'Is <b>it</b> & "there"?', at: '2026-01-05T14:02:00Z' },
      { text: 'Yes.\nTomorrow.', author: 'automation', at: '2026-01-05T14:03:00Z' },
      { text: 'I am here now', author: 'agent:anna', at: '2026-01-05T14:05:00Z' },
      { type: 'image', at: '2026-01-06T08:00:00Z' },
    ]);
    await world.enqueue(buyer, 'communication', episodeId);

    await world.drain();

    const [record, ...others] = await world.objects('communications');
    expect(others).toEqual([]);
    expect(record?.properties).toMatchObject({
      hs_communication_channel_type: 'WHATS_APP',
      hs_communication_logged_from: 'CRM',
    });
    expect(Date.parse(record?.properties['hs_timestamp'] ?? '')).toBe(Date.parse('2026-01-06T08:00:00Z'));
    const body = await world.firstBody();
    expect(body).toContain('Status: open');
    expect(body).toContain('Handled by: a human, anna');
    expect(body).toContain('[Buyer 14:02] Is &lt;b&gt;it&lt;/b&gt; &amp; &quot;there&quot;?');
    expect(body).toContain('[Continuo 14:03] Yes.<br>Tomorrow.');
    expect(body).toContain('[anna 14:05] I am here now');
    expect(body).toContain('[Buyer 08:00] (image)');
    expect(body).toContain(`ref: wa-${episodeId}-1`);
    for (const [type, id] of [
      ['contacts', contact.id],
      ['companies', company.id],
      ['deals', deal.id],
    ] as const) {
      const links = await world.hubspot.readAssociations('communications', type, [record?.id ?? '']);
      expect(links.get(record?.id ?? '')?.map(({ toId }) => toId)).toEqual([id]);
    }
  });

  test('is edited in place when the episode goes on', async () => {
    const buyer = await world.addLinkedBuyer();
    const episodeId = await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
    await world.enqueue(buyer, 'communication', episodeId);
    await world.drain();
    const [before] = await world.objects('communications');

    await world.say(buyer, episodeId, { text: 'Two', at: '2026-01-05T14:04:00Z' });
    await world.enqueue(buyer, 'communication', episodeId);
    await world.drain();

    const [after, ...others] = await world.objects('communications');
    expect(others).toEqual([]);
    expect(after?.id).toBe(before?.id);
    expect(await world.firstBody()).toContain('[Buyer 14:04] Two');
  });

  test('too long for one record goes on in a second part', async () => {
    const buyer = await world.addLinkedBuyer();
    const said = Array.from({ length: 40 }, (_, index) => ({
      text: `${index} ${'&'.repeat(600)}`,
      at: new Date(Date.parse('2026-01-05T14:00:00Z') + index * 1000).toISOString(),
    }));
    const episodeId = await world.addEpisode(buyer, said);
    await world.enqueue(buyer, 'communication', episodeId);

    await world.drain();

    const bodies = (await world.objects('communications')).map(
      ({ properties }) => properties['hs_communication_body'],
    );
    expect(bodies).toHaveLength(3);
    for (const body of bodies) expect(body?.length).toBeLessThanOrEqual(60_000);
    for (const part of [1, 2, 3])
      expect(bodies.filter((body) => body?.endsWith(`ref: wa-${episodeId}-${part}`))).toHaveLength(1);
  });

  test.each(['cut-after-commit', 'empty-502'] as const)(
    'whose creation ended in %s stays one record',
    async (kind) => {
      const buyer = await world.addLinkedBuyer();
      const episodeId = await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
      await world.enqueue(buyer, 'communication', episodeId);
      await world.simulator.fault({
        service: 'hubspot',
        match: { method: 'POST', path: 'objects/2026-09/communications' },
        kind,
        times: 1,
      });

      await world.drain();
      await world.say(buyer, episodeId, { text: 'Two', at: '2026-01-05T14:04:00Z' });
      await world.enqueue(buyer, 'communication', episodeId);
      await world.letTimePass();
      await world.drain();

      expect(await world.objects('communications')).toHaveLength(1);
      expect(await world.firstBody()).toContain('Two');
      expect((await world.outbox()).every(({ done }) => done === true)).toBe(true);
    },
  );

  test('stays one record when the worker died right after HubSpot had made it', async () => {
    const buyer = await world.addLinkedBuyer();
    const episodeId = await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
    await world.enqueue(buyer, 'communication', episodeId);
    await world.drain();
    // What a dead worker leaves behind: the attempt is noted, its end is not.
    await world.pool.query('delete from crm_record');
    await world.pool.query('update crm_outbox set done_at = null');

    await world.drain();

    expect(await world.objects('communications')).toHaveLength(1);
    expect(await world.outbox()).toEqual([expect.objectContaining({ done: true })]);
  });

  test('is made without a deal that is gone', async () => {
    const contact = await world.contact({ firstname: 'Wanda', phone: '+12025550138' });
    const deal = await world.deal(contact.id, { dealname: 'New' });
    const buyer = await world.addBuyer({ waId: '12025550138' });
    await world.activities().lookUpContact({ buyerId: buyer.buyerId });
    await world.archive(deal.id, 'deals');
    const episodeId = await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
    await world.enqueue(buyer, 'communication', episodeId);

    await world.drain();

    expect(await world.objects('communications')).toHaveLength(1);
    expect(await world.outbox()).toEqual([expect.objectContaining({ done: true })]);
  });

  test('that somebody deleted is made again', async () => {
    const buyer = await world.addLinkedBuyer();
    const episodeId = await world.addEpisode(buyer, [{ text: 'One', at: '2026-01-05T14:02:00Z' }]);
    await world.enqueue(buyer, 'communication', episodeId);
    await world.drain();
    const [first] = await world.objects('communications');
    await world.archive(first?.id ?? '', 'communications');
    await world.say(buyer, episodeId, { text: 'Two', at: '2026-01-05T14:04:00Z' });
    await world.enqueue(buyer, 'communication', episodeId);

    await world.drain();

    const records = await world.objects('communications');
    expect(records.filter(({ id }) => id !== first?.id)).toHaveLength(1);
  });
});
