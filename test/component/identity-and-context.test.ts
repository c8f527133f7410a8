import { z } from 'zod';
import { addContact, addContactWithDeal, contactWhere, logsOf } from './crm-records';
import { waitFor } from '../support/wait-for';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const factsSchema = z.looseObject({
  isFirstContact: z.boolean(),
  hasOpenDeal: z.boolean(),
  deal: z.looseObject({ stage: z.string().nullable() }).nullable(),
  earlierEpisodes: z.array(z.looseObject({ id: z.string(), outcome: z.string().nullable() })),
  lastInboundAtMs: z.number().nullable(),
  lastOutboundAtMs: z.number().nullable(),
  ourOpenQuestion: z.looseObject({ messageId: z.string() }).nullable(),
});

type SnapshotRow = { facts: unknown; is_stale: boolean; facts_age_seconds: number | null };

/** What was known when each turn of the buyer was decided, oldest first; no door shows it. */
async function snapshotsOf(buyer: Buyer) {
  const { id } = await buyer.conversation();
  const rows = await house.rows<SnapshotRow>(
    `select facts, is_stale, facts_age_seconds from context_snapshot
      where conversation_id = $1 and key like 'turn:%' order by id`,
    [id],
  );
  return rows.map((row) => ({ ...row, facts: factsSchema.parse(row.facts) }));
}

async function ask(buyer: Buyer, text: string): Promise<void> {
  const before = (await buyer.received()).length;
  await buyer.write(text);
  await buyer.receives(before + 1);
}

/** 447700900123 as people type it. */
const spelled = (buyer: Buyer) => `+44 (0)7700 ${buyer.waId.slice(6, 9)}-${buyer.waId.slice(9)}`;

describe('identity', () => {
  it.concurrent('a contact is known again by a number that somebody typed another way', async () => {
    const buyer = house.buyer('Greta Holm');
    const contact = await addContact(house.simulator, { firstname: 'Greta', mobilephone: spelled(buyer) });
    await ask(buyer, 'Do you deliver?');
    const { identity } = await buyer.conversation();
    expect(identity).toMatchObject({
      status: 'linked',
      contact_id: contact.id,
      reason_code: 'identity.phone_exact',
      confidence: 1,
    });
    expect(await buyer.texts()).toEqual(['Thank you Greta, we deliver within five days.']);
  });

  it.concurrent('company and open deal come with the contact', async () => {
    const buyer = house.buyer('Henk Stein');
    const properties = { firstname: 'Henk', phone: `+${buyer.waId}` };
    const deal = { name: 'Six benches', stage: 'qualifiedtobuy' };
    const { contactId, companyId, dealId } = await addContactWithDeal(house.simulator, properties, deal);
    await ask(buyer, 'Is everything on time?');
    const { identity } = await buyer.conversation();
    expect(identity).toMatchObject({ contact_id: contactId, company_id: companyId, deal_id: dealId });
    expect(await buyer.texts()).toEqual(['Hello Henk, about Six benches: we are on it.']);
  });

  it.concurrent('somebody unknown becomes a contact with the key of the buyer, once', async () => {
    const buyer = house.buyer('Ida Novak');
    await ask(buyer, 'Do you deliver?');
    await ask(buyer, 'Also to Wales?');
    const conversation = await buyer.conversation();
    expect(conversation.identity).toMatchObject({ status: 'created', reason_code: 'identity.created' });
    const withKey = (await house.simulator.objects('contacts')).filter(
      ({ properties }) => properties['wa_identity_key'] === conversation.buyer.id,
    );
    expect(withKey.map(({ id }) => id)).toEqual([conversation.identity?.contact_id]);
    expect(withKey[0]?.properties['phone']).toBe(`+${buyer.waId}`);
  });

  it.concurrent('two contacts with one number are a question to a person, never a guess', async () => {
    const buyer = house.buyer('Workshop');
    const both = await Promise.all(
      ['Ruth', 'Samir'].map((firstname) =>
        addContact(house.simulator, { firstname, phone: `+${buyer.waId}` }),
      ),
    );
    await buyer.write('Do you deliver?');
    const conversation = await buyer.conversationWhere('a person is asked', (one) => one.needs_human);
    await buyer.settles(1);
    expect(await buyer.received()).toEqual([]);
    expect(conversation).toMatchObject({ owner: 'unassigned', reason_code: 'route.identity_ambiguous' });
    expect(conversation.identity).toMatchObject({
      status: 'ambiguous',
      contact_id: null,
      confidence: 0,
      reason_code: 'identity.several_candidates',
    });
    const candidates = JSON.stringify(conversation.identity?.candidates);
    for (const { id } of both) expect(candidates).toContain(`"${id}"`);
  });
});

describe('context', () => {
  it.concurrent(
    'the second episode knows the first, the deal, the last replies and our open question',
    async () => {
      const buyer = house.buyer('Jana Berg');
      const properties = { firstname: 'Jana', phone: `+${buyer.waId}` };
      const deal = { name: 'Oak doors', stage: 'presentationscheduled' };
      await addContactWithDeal(house.simulator, properties, deal);
      await ask(buyer, 'How much is the set?');
      // A phone can show our answer a moment before its send is settled here.
      const first = await buyer.conversationWhere('our answer is settled', ({ messages }) =>
        messages.some(({ direction }) => direction === 'outbound'),
      );
      await buyer.command('close');
      await ask(buyer, 'How much are four of them?');
      const [before, after] = (await snapshotsOf(buyer)).map(({ facts }) => facts);
      expect(before).toMatchObject({ isFirstContact: true, earlierEpisodes: [], ourOpenQuestion: null });
      const ours = first.messages.find(({ direction }) => direction === 'outbound');
      expect(after).toMatchObject({
        isFirstContact: false,
        hasOpenDeal: true,
        deal: { stage: 'presentationscheduled' },
        ourOpenQuestion: { messageId: ours?.id },
      });
      expect(after?.earlierEpisodes).toMatchObject([{ id: first.episode?.id, outcome: 'closed_by_human' }]);
      expect(after?.lastOutboundAtMs).toBeGreaterThan(before?.lastInboundAtMs ?? Infinity);
      expect(after?.lastInboundAtMs).toBeGreaterThan(0);
    },
  );
});

describe('while HubSpot is away', () => {
  it('turns go on with what is known, and links follow when it is back', async () => {
    const known = house.buyer('Kurt Lund');
    const contact = await addContact(house.simulator, { firstname: 'Kurt', phone: `+${known.waId}` });
    await ask(known, 'Do you deliver?');
    // No process of the product takes a clock from outside, so the facts are made old where they stand.
    await house.rows(
      `update hubspot_contact set fetched_at = now() - interval '2 hours' where contact_id = $1`,
      [contact.id],
    );
    await house.rows(
      `update policy_version set document = jsonb_set(document, '{identity,lookup_timeout_ms}', '1000')
        where status = 'active'`,
    );
    await house.simulator.fault({ service: 'hubspot', kind: 'error', status: 503 });
    const unknown = house.buyer('Lena Moss');
    await Promise.all([known.write('Also to Wales?'), unknown.write('Do you deliver?')]);
    await Promise.all([known.receives(2), unknown.receives(1)]);

    const [, ofKnown] = await snapshotsOf(known);
    expect(ofKnown).toMatchObject({ is_stale: true });
    expect(ofKnown?.facts_age_seconds).toBeGreaterThanOrEqual(7_200);
    expect((await known.texts())[1]).toContain('Kurt');
    const [ofUnknown] = await snapshotsOf(unknown);
    expect(ofUnknown).toMatchObject({ facts_age_seconds: null });
    expect((await unknown.conversation()).identity).toMatchObject({
      status: 'unknown',
      reason_code: 'identity.lookup_failed',
    });

    await house.simulator.clearFaults();
    const { identity, buyer } = await unknown.conversationWhere(
      'the link followed',
      (one) => one.identity?.status === 'created',
    );
    await contactWhere(
      house.simulator,
      'with the state of the conversation',
      ({ properties }) =>
        properties['wa_identity_key'] === buyer.id && properties['wa_conversation_status'] === 'waiting',
    );
    const logs = await waitFor(
      async () => {
        const found = await logsOf(house.simulator, identity?.contact_id ?? '');
        return found.length > 0 && found;
      },
      { what: 'the log of the conversation, which follows the contact' },
    );
    expect(logs).toHaveLength(1);
    expect(await unknown.received()).toHaveLength(1);
  });
});
