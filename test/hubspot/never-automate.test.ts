import { lookUpBuyer } from '../../activities/hubspot/contact.look-up';
import { ensureHubSpotProperties } from '../../activities/hubspot/hubspot.properties';
import { readNeverAutomateList } from '../../worker/keep-never-automate';
import { startTalk } from '../conversation/talk';
import type { Talk } from '../conversation/talk';
import { emptyTables } from '../support/database';
import type { HubspotRecord } from '../support/simulator-client';

let talk: Talk;
beforeAll(async () => {
  talk = await startTalk();
});
afterAll(() => talk.end());
beforeEach(async () => {
  await talk.simulator.reset();
  await talk.simulator.clearFaults();
  await talk.simulator.settings({
    hubspot_search_lag_ms: 0,
    hubspot_search_limit: null,
    hubspot_burst_limit: null,
  });
  await emptyTables(talk.pool, ['hubspot_never_automate', 'hubspot_list']);
  await ensureHubSpotProperties(talk.hubspot);
});

let buyers = 0;
const newBuyer = () => `1202557${String((buyers += 1)).padStart(4, '0')}`;
const contact = (properties: Readonly<Record<string, string>>): Promise<HubspotRecord> =>
  talk.simulator.createObject('contacts', {
    properties: { firstname: 'Nora', wa_never_automate: 'true', ...properties },
    associations: [],
  });
const set = (id: string, value: string) =>
  talk.hubspot.updateRecord('contacts', { id, properties: { wa_never_automate: value } });
const look = () => readNeverAutomateList({ database: talk.pool, hubspot: talk.hubspot, everyMs: 0 });
const listed = async () =>
  (await talk.rows<{ id: string }>('select contact_id as id from hubspot_never_automate')).map(
    ({ id }) => id,
  );
const conversation = async (id: string) =>
  (
    await talk.rows(
      'select owner, needs_human as "needsHuman", reason_code as "reasonCode" from conversation where id = $1',
      [id],
    )
  )[0];
const LEFT_TO_A_PERSON = {
  owner: 'unassigned',
  needsHuman: true,
  reasonCode: 'route.never_automate',
};
/** A message of automation's that waits to leave. */
const prepare = (id: string) =>
  talk.pool.query(
    `insert into send (key, conversation_id, kind, author, status, type, body, epoch, decision_id)
     select 'prepared:' || id, id, 'reply', 'automation', 'planned', 'text', '{"type":"text","text":{"body":"x"}}', epoch,
            (select max(id) from decision) from conversation where id = $1`,
    [id],
  );

describe('a contact that carries wa_never_automate', () => {
  // In these conversations HubSpot never answers in time: every buyer goes on as unknown.
  it.each([
    ['as WhatsApp has it', (waId: string) => ({ phone: `+${waId}` })],
    [
      'typed as people do at home',
      (waId: string) => ({ mobilephone: `(${waId.slice(1, 4)}) ${waId.slice(4, 7)}-${waId.slice(7)}` }),
    ],
  ])(
    'is left to a person from the first message on, while HubSpot is away: phone %s',
    async (_how, phoneOf) => {
      const buyer = newBuyer();
      await contact(phoneOf(buyer));
      await look();
      const id = await talk.says(buyer, 'How much is the set?');
      expect(await talk.texts(buyer)).toEqual([]);
      expect(await conversation(id)).toEqual(LEFT_TO_A_PERSON);
    },
  );

  it('is known under the other national form of its number, too', async () => {
    await contact({ hs_whatsapp_phone_number: '+55 11 98888-7777' });
    await look();
    await talk.says('551188887777', 'How much is the set?');
    expect(await talk.texts('551188887777')).toEqual([]);
  });

  it('gets nothing that was prepared before, and a person is asked', async () => {
    const buyer = newBuyer();
    const { id: contactId } = await contact({ phone: `+${buyer}`, wa_never_automate: 'false' });
    const id = await talk.says(buyer, 'Hello');
    await prepare(id);
    await set(contactId, 'true');
    await look();
    await talk.settle(id);
    expect(await talk.texts(buyer)).toHaveLength(1);
    expect(await talk.rows(`select reason_code from send where key = 'prepared:' || $1`, [id])).toEqual([
      { reason_code: 'gate.never_automate' },
    ]);
    expect(await conversation(id)).toMatchObject({ needsHuman: true, reasonCode: 'gate.never_automate' });
  });

  it('is answered again when the property is taken away', async () => {
    const buyer = newBuyer();
    const { id: contactId } = await contact({ phone: `+${buyer}` });
    await look();
    await set(contactId, '');
    await look();
    await talk.says(buyer, 'How much is the set?');
    expect(await talk.texts(buyer)).toHaveLength(1);
  });

  it('is known by the link where no phone is, also under a contact that became another', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    const { id: contactId } = await contact({});
    await talk.pool.query(
      `update identity_link set ended_at = now(), end_reason = 'test' where ended_at is null and buyer_id =
         (select buyer_id from conversation where id = $1)`,
      [id],
    );
    await talk.pool.query(
      `insert into identity_link (buyer_id, status, contact_id, confidence, reason_code)
       select buyer_id, 'linked', $2, 1, 'identity.key' from conversation where id = $1`,
      [id, `${contactId}0`],
    );
    await look();
    await talk.pool.query('update hubspot_never_automate set merged_ids = array[$1]', [`${contactId}0`]);
    await talk.says(buyer, 'How much is the set?');
    expect(await conversation(id)).toEqual(LEFT_TO_A_PERSON);
  });

  it('is known from a look-up of the buyer, before the list is read', async () => {
    const buyer = newBuyer();
    const { id: contactId } = await contact({ phone: `+${buyer}`, wa_never_automate: 'false' });
    const id = await talk.says(buyer, 'Hello');
    await set(contactId, 'true');
    const [row] = await talk.rows<{ buyerId: string }>(
      'select buyer_id as "buyerId" from conversation where id = $1',
      [id],
    );
    await lookUpBuyer({ hubspot: talk.hubspot, database: talk.pool }, row?.buyerId ?? '');
    expect(await listed()).toEqual([contactId]);
    await set(contactId, 'false');
    await lookUpBuyer({ hubspot: talk.hubspot, database: talk.pool }, row?.buyerId ?? '');
    expect(await listed()).toEqual([]);
  });
});

describe('the list', () => {
  const SEARCH = { method: 'POST', path: '/contacts/search' };

  it('has every page of the search, and stays as it is when one of them fails', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 201; count += 1) ids.push((await contact({})).id);
    await look();
    expect((await listed()).sort()).toEqual(ids.sort());
    const [gone = ''] = ids;
    await set(gone, '');
    const fault = { service: 'hubspot', kind: 'empty-502', match: SEARCH, skip: 1, times: 1 } as const;
    await talk.simulator.fault(fault);
    await set((await contact({ wa_never_automate: '' })).id, 'true');
    await expect(look()).rejects.toThrow();
    expect(await listed()).toContain(gone);
    await look();
    expect(await listed()).not.toContain(gone);
    expect(await listed()).toHaveLength(201);
  });

  it('believes the contact itself where the search lags behind', async () => {
    const gone = await contact({ wa_never_automate: 'true' });
    const added = await contact({ wa_never_automate: 'false' });
    await talk.simulator.settings({ hubspot_search_lag_ms: 3_600_000 });
    await set(gone.id, 'false');
    await set(added.id, 'true');
    await talk.pool.query('insert into hubspot_never_automate (contact_id) values ($1)', [added.id]);
    await look();
    expect(await listed()).toEqual([added.id]);
  });

  it('is read by one worker at a time', async () => {
    const fault = { service: 'hubspot', kind: 'delay', delay_ms: 1, match: SEARCH } as const;
    const id = await talk.simulator.fault(fault);
    const hour = { database: talk.pool, hubspot: talk.hubspot, everyMs: 3_600_000 };
    await Promise.all([1, 2, 3].map(() => readNeverAutomateList(hour)));
    expect(await talk.simulator.hitsOf(id)).toBe(1);
  });
});
