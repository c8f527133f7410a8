import { buyerDetail, conversationDetail, webhookItemList } from '../../api/contract';
import { readBuyer } from '../../api/read/buyer';
import { readConversation } from '../../api/read/conversation';
import { listWebhookItems } from '../../api/read/webhook-items';
import { inTransaction } from '../../platform/database';
import { lockConversation } from '../../store/conversation.store';
import { saveContactFacts } from '../../store/hubspot-contact.store';
import { at, bodyOf, change, message, messages, OTHER_NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { link } from './two-people';
import { createWorld } from './world';
import type { World } from './world';

const BUYER = '447700900150';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

const entry = (action: string, seconds: number | null, contact: Json = {}): Json => ({
  type: 'contact',
  action,
  contact: { full_name: 'Nora from the fair', first_name: 'Nora', phone_number: BUYER, ...contact },
  ...(seconds === null ? {} : { metadata: { timestamp: at(seconds) } }),
});
const sync = (...entries: readonly Json[]): Json =>
  bodyOf(change({ state_sync: entries }, 'smb_app_state_sync'));
const writes = (more: Json = {}): Json =>
  bodyOf(
    change({
      contacts: [{ wa_id: BUYER, profile: { name: 'nora92' } }],
      messages: [message({ from: BUYER, ...more })],
    }),
  );

async function theNames() {
  const [row] = await world.rows<{ id: string; buyer_id: string }>('select id, buyer_id from conversation');
  const buyer = buyerDetail.parse(await readBuyer(world.pool, row?.buyer_id ?? ''));
  const conversation = conversationDetail.parse(await readConversation(world.pool, row?.id ?? ''));
  expect(conversation.buyer).toMatchObject({ name: buyer.name, names: buyer.names });
  return buyer.names;
}
const phoneAppName = async () =>
  (await theNames()).find(({ source }) => source === 'phone app')?.name ?? null;

const PHONE_APP = { source: 'phone app', name: 'Nora from the fair', first_name: 'Nora' };
const PROFILE = { source: 'whatsapp', name: 'nora92', first_name: null };

describe('a contact of the phone app', () => {
  it.each([
    ['before', true],
    ['after', false],
  ])('that comes %s the buyer writes names the buyer, before the profile', async (_when, isFirst) => {
    const bodies = [sync(entry('add', 1)), writes()];
    for (const body of isFirst ? bodies : bodies.reverse()) await world.take(body);
    expect(await theNames()).toEqual([PHONE_APP, PROFILE]);
  });

  it('makes no buyer, begins no conversation and wakes nobody', async () => {
    expect(await world.take(sync(entry('add', 1)))).toEqual([]);
    for (const table of ['buyer', 'conversation', 'message', 'decision', 'crm_outbox'])
      expect(await world.rows(`select 1 from ${table}`)).toEqual([]);
    const [conversationId] = await world.take(writes());
    const before = await world.rows('select * from conversation');
    expect(await world.take(sync(entry('edit', 2, { full_name: 'Nora K' })))).toEqual([]);
    expect(await world.rows('select * from conversation')).toEqual(before);
    expect(conversationId).toBeDefined();
  });

  it('counts less than the contact in HubSpot, and is what texts address the buyer by where there is none', async () => {
    const [conversationId = ''] = await world.take(writes());
    await world.take(sync(entry('add', 1)));
    const known = await inTransaction(world.pool, (client) => lockConversation(client, conversationId));
    expect(known?.displayName).toBe('Nora');
    await saveContactFacts(world.pool, {
      contactId: '77',
      properties: { firstname: 'Eleonora', lastname: 'Example' },
      company: null,
      deals: [],
    });
    const [row] = await world.rows<{ buyer_id: string }>('select buyer_id from conversation');
    await link(world, row?.buyer_id ?? '', '77');
    expect(await theNames()).toEqual([
      { source: 'hubspot', name: 'Eleonora Example', first_name: 'Eleonora' },
      PHONE_APP,
      PROFILE,
    ]);
  });

  const STEPS = [
    entry('add', 1),
    entry('edit', 2, { full_name: 'Nora K' }),
    entry('remove', 3),
    entry('add', 4, { full_name: 'Nora again' }),
  ];
  it.each([[[0, 1, 2, 3]], [[3, 2, 1, 0]], [[2, 3, 0, 1]], [[1, 3, 0, 2]]])(
    'reads as the phone left it, in whatever order its changes come: %j',
    async (order) => {
      await world.take(writes());
      for (const index of order) await world.take(sync(STEPS[index] ?? {}));
      expect(await phoneAppName()).toBe('Nora again');
    },
  );

  it('that was removed names nobody any more, also when an older change comes after', async () => {
    await world.take(writes());
    await world.take(sync(entry('add', 1)));
    await world.take(sync(entry('remove', 3, { full_name: undefined, first_name: undefined })));
    await world.take(sync(entry('edit', 2)));
    expect(await theNames()).toEqual([PROFILE]);
  });

  it('without times reads as the list ends', async () => {
    await world.take(writes());
    await world.take(sync(entry('add', null), entry('remove', null), entry('add', null)));
    expect(await phoneAppName()).toBe('Nora from the fair');
  });

  it('is known to the number that keeps it and to all others', async () => {
    await world.take(sync(entry('add', 1, { phone_number: `+44 7700 900150` })));
    await world.take(bodyOf(change({ messages: [message({ from: BUYER })] }, 'messages', OTHER_NUMBER_ID)));
    expect(await theNames()).toEqual([PHONE_APP]);
  });

  it.each([
    ['another national form of the number', { phone_number: '+52 1 555 000 1234' }, { from: '525550001234' }],
    ['a user id', { phone_number: undefined, user_id: 'GB.150' }, { from_user_id: 'GB.150' }],
  ])('names the buyer by %s', async (_by, contact, sender) => {
    await world.take(sync(entry('add', 1, contact)));
    await world.take(messages(message(sender)));
    expect(await theNames()).toEqual([PHONE_APP]);
  });

  it('follows the number to whoever has it', async () => {
    await world.take(sync(entry('add', 1)));
    await world.take(messages(message({ from: BUYER, from_user_id: 'GB.1', timestamp: at(1) })));
    const system = {
      type: 'user_changed_number',
      wa_id: '447700900151',
      user_id: 'GB.2',
      previous_user_id: 'GB.1',
    };
    await world.take(
      messages(message({ from: BUYER, type: 'system', text: undefined, system, timestamp: at(9) })),
    );
    expect(await theNames()).toEqual([]);
  });

  it.each([[{ phone_number: undefined }], [{ phone_number: 'home' }]])(
    'of nobody who can be told is kept and shown: %j',
    async (contact) => {
      await world.take(sync(entry('add', 1, contact)));
      const { items } = webhookItemList.parse(await listWebhookItems(world.pool, { limit: 10 }));
      expect(items).toMatchObject([{ kind: 'state_sync', error: 'no_contact' }]);
    },
  );
});

it('a user id in the place of the phone is a user id', async () => {
  await world.take(
    bodyOf(
      change(
        {
          state_sync: [
            {
              type: 'contact',
              action: 'add',
              contact: { full_name: 'Nora', phone_number: 'US.13491208655302741918' },
            },
          ],
        },
        'smb_app_state_sync',
      ),
    ),
  );
  expect(await world.rows('select key, identifiers from phone_app_contact')).toEqual([
    { key: 'US.13491208655302741918', identifiers: ['US.13491208655302741918'] },
  ]);
});
