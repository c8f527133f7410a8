import { joinBuyers } from '../../api/ingest/join-buyers';
import { undoJoin } from '../../api/ingest/undo-join';
import { inTransaction, onlyRow } from '../../platform/database';
import { readCurrentLink, recordLink } from '../../store/identity-link.store';
import { HubSpotWorld } from './hubspot-world';
import type { Buyer } from './hubspot-world';

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

type Linked = Buyer & { readonly contactId: string };

/** A buyer with a log entry in HubSpot, and its id there. */
async function logged(words: string): Promise<{ buyer: Linked; logId: string }> {
  const buyer = await world.addLinkedBuyer();
  const episodeId = await world.addEpisode(buyer, [{ text: words, at: '2026-01-05T14:02:00Z' }]);
  await world.enqueue(buyer, 'communication', episodeId);
  await world.pool.query(
    'update decision set episode_id = $1 where conversation_id = $2 and episode_id is null',
    [episodeId, buyer.conversationId],
  );
  await world.drain();
  const record = await world.pool.query<{ id: string }>(
    'select hubspot_id as id from crm_record where object_key = $1',
    [episodeId],
  );
  return { buyer, logId: onlyRow(record).id };
}

async function linkedTo(logId: string, type: 'contacts' | 'companies' | 'deals'): Promise<string[]> {
  const links = await world.hubspot.readAssociations('communications', type, [logId]);
  return (links.get(logId) ?? []).map(({ toId }) => toId).sort();
}

async function linkTo(buyer: Buyer, to: { contactId: string | null; companyId?: string; dealId?: string }) {
  const current = await readCurrentLink(world.pool, buyer.buyerId);
  await recordLink(world.pool, {
    buyerId: buyer.buyerId,
    seenLinkId: current?.id ?? null,
    outcome: {
      status: to.contactId === null ? 'unknown' : 'linked',
      contactId: to.contactId,
      companyId: to.companyId ?? null,
      dealId: to.dealId ?? null,
      confidence: 1,
      reasonCode: to.contactId === null ? 'identity.no_match' : 'identity.phone_exact',
      candidates: [],
    },
  });
}

describe('the logs of a buyer', () => {
  test('follow when another contact proves to be the right one, with company and deal', async () => {
    const { buyer, logId } = await logged('One');
    const company = await world.company('Acme');
    const right = await world.contactOf(company, { firstname: 'Wanda' });
    const deal = await world.deal(right.id, { dealname: 'New' });

    await linkTo(buyer, { contactId: right.id, companyId: company.id, dealId: deal.id });
    await world.drain();

    expect(await linkedTo(logId, 'contacts')).toEqual([right.id]);
    expect(await linkedTo(logId, 'companies')).toEqual([company.id]);
    expect(await linkedTo(logId, 'deals')).toEqual([deal.id]);

    const other = await world.contact({ firstname: 'Yolanda' });
    await linkTo(buyer, { contactId: other.id });
    await world.drain();

    expect(await linkedTo(logId, 'contacts')).toEqual([other.id]);
    expect(await linkedTo(logId, 'companies')).toEqual([]);
    expect(await linkedTo(logId, 'deals')).toEqual([]);
    expect(await world.objects('communications')).toHaveLength(1);
  });

  test('stay with their deal when the contact gets another one', async () => {
    const { buyer, logId } = await logged('One');
    const deal = await world.deal(buyer.contactId, { dealname: 'New' });
    await linkTo(buyer, { contactId: buyer.contactId, dealId: deal.id });
    await world.drain();
    expect(await linkedTo(logId, 'contacts')).toEqual([buyer.contactId]);
    expect(await linkedTo(logId, 'deals')).toEqual([]);
  });

  test('are taken off when the buyer is nobody’s contact any more, and come back with the next link', async () => {
    const { buyer, logId } = await logged('One');
    await linkTo(buyer, { contactId: null });
    await world.drain();
    expect(await linkedTo(logId, 'contacts')).toEqual([]);

    const right = await world.contact({ firstname: 'Wanda' });
    await linkTo(buyer, { contactId: right.id });
    await world.drain();
    expect(await linkedTo(logId, 'contacts')).toEqual([right.id]);
    expect(await world.objects('communications')).toHaveLength(1);
  });

  test.each(['cut-after-commit', 'empty-502'] as const)('end at the right contact after %s', async (kind) => {
    const { buyer, logId } = await logged('One');
    const right = await world.contact({ firstname: 'Wanda' });
    await linkTo(buyer, { contactId: right.id });
    await world.simulator.fault({
      service: 'hubspot',
      match: { path: '/associations/' },
      kind,
      times: 2,
    });

    for (let round = 0; round < 3; round += 1) {
      await world.drain();
      await world.letTimePass();
    }

    expect(await linkedTo(logId, 'contacts')).toEqual([right.id]);
    expect((await world.outbox()).every(({ done }) => done === true)).toBe(true);
  });

  test('are written anew when somebody had deleted them', async () => {
    const { buyer, logId } = await logged('One');
    await world.archive(logId, 'communications');
    const right = await world.contact({ firstname: 'Wanda' });
    await linkTo(buyer, { contactId: right.id });
    await world.drain();
    await world.drain();
    const [made] = (await world.objects('communications')).filter(({ id }) => id !== logId);
    expect(await linkedTo(made?.id ?? '', 'contacts')).toEqual([right.id]);
  });

  test('keep what people linked by hand', async () => {
    const { buyer, logId } = await logged('One');
    const friend = await world.contact({ firstname: 'Xenia' });
    await world.hubspot.associate({
      from: { type: 'communications', id: logId },
      to: { type: 'contacts', id: friend.id },
    });
    const right = await world.contact({ firstname: 'Wanda' });
    await linkTo(buyer, { contactId: right.id });
    await world.drain();
    expect(await linkedTo(logId, 'contacts')).toEqual([friend.id, right.id].sort());
  });
});

test('the logs of two buyers hang on one contact after their join, and on their own again after it is undone', async () => {
  const one = await logged('One');
  const other = await logged('Two');
  await inTransaction(world.pool, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `with body as (insert into webhook_body (source, sha256, body) values ('whatsapp', '\\x00', '\\x00')
         on conflict (source, sha256) do update set body = excluded.body returning id)
       insert into webhook_item (webhook_body_id, dedupe_key, kind, field, pointer, assigned_at)
       select id, gen_random_uuid()::text, 'unknown', 'messages', '', now() from body returning id`,
    );
    await client.query('select 1 from buyer order by id for update');
    await joinBuyers(client, {
      survivingId: one.buyer.buyerId,
      joinedId: other.buyer.buyerId,
      webhookItemId: rows[0]?.id ?? 0,
    });
  });
  await world.drain();
  expect(await linkedTo(one.logId, 'contacts')).toEqual([one.buyer.contactId]);
  expect(await linkedTo(other.logId, 'contacts')).toEqual([one.buyer.contactId]);

  const { rows } = await world.pool.query<{ id: number }>('select max(id) as id from buyer_join');
  const undone = await undoJoin(world.pool, {
    joinId: rows[0]?.id ?? 0,
    actor: 'anna',
    idempotencyKey: 'anna:undo',
    reason: null,
  });
  expect(undone.result.kind).toBe('done');
  await world.drain();
  expect(await linkedTo(one.logId, 'contacts')).toEqual([one.buyer.contactId]);
  expect(await linkedTo(other.logId, 'contacts')).toEqual([other.buyer.contactId]);
  expect(await world.firstBody()).not.toContain('Two');
  expect(await world.objects('communications')).toHaveLength(2);
});
