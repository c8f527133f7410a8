import { webhookItemList } from '../../api/contract';
import { listWebhookItems } from '../../api/read/webhook-items';
import { at, bodyOf, change, identityChange, message, messages } from './bodies';
import type { Json } from './bodies';
import { createWorld } from './world';
import type { World } from './world';

const PHONE = '447700900301';
const LATER_PHONE = '447700900302';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

const whoSaidWhat = async (): Promise<string[]> =>
  (
    await world.rows<{ words: string }>(
      `select string_agg(text, ' ' order by sent_at) as words from message join conversation on conversation.id = conversation_id
        group by buyer_id order by 1`,
    )
  ).map(({ words }) => words);
const held = async (): Promise<string[]> =>
  (
    await world.rows<{ value: string }>(
      `select value from buyer_identity where valid_to is null and kind <> 'username' order by value`,
    )
  ).map(({ value }) => value);
const said = (words: string, seconds: number, sender: Json): Json =>
  message({ id: `wamid.${words}`, text: { body: words }, timestamp: at(seconds), ...sender });
const ORDERS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

describe('a change of number that names no user id', () => {
  const bodies = [
    said('old', 10, { from: PHONE, from_user_id: 'GB.1', from_parent_user_id: 'GB.ENT.1' }),
    identityChange(
      { type: 'user_changed_number', wa_id: LATER_PHONE },
      { id: 'wamid.moved', from: PHONE, timestamp: at(20) },
    ),
    said('new', 30, { from: LATER_PHONE, from_user_id: 'GB.2', from_parent_user_id: 'GB.ENT.2' }),
  ];

  it.each(ORDERS)('keeps the buyer and ends the old user ids, in any order: %i %i %i', async (...order) => {
    for (const index of order) await world.take(messages(bodies[index] ?? {}));
    expect(await whoSaidWhat()).toEqual(['old new']);
    expect(await held()).toEqual([LATER_PHONE, 'GB.2', 'GB.ENT.2']);
    // What was under way still finds its buyer.
    await world.take(messages(said('late', 15, { from_user_id: 'GB.1' })));
    expect(await whoSaidWhat()).toEqual(['old late new']);
    expect(await held()).toEqual([LATER_PHONE, 'GB.2', 'GB.ENT.2']);
  });

  it('keeps who gets the old number afterwards a stranger', async () => {
    for (const body of bodies) await world.take(messages(body));
    await world.take(messages(said('stranger', 40, { from: PHONE, from_user_id: 'GB.9' })));
    expect(await whoSaidWhat()).toEqual(['old new', 'stranger']);
  });
});

describe('a report of a kind that nobody knows', () => {
  const reported = (system: Json, more: Json = {}): Json =>
    identityChange(
      { type: 'user_changed_something', ...system },
      { id: 'wamid.odd', timestamp: at(20), ...more },
    );

  it.each(ORDERS)(
    'that names user ids before and after moves the buyer, in any order: %i %i %i',
    async (...order) => {
      const bodies = [
        said('old', 10, { from: PHONE, from_user_id: 'GB.1' }),
        reported({ previous_user_id: 'GB.1', user_id: 'GB.2' }),
        said('new', 30, { from_user_id: 'GB.2' }),
      ];
      for (const index of order) await world.take(messages(bodies[index] ?? {}));
      expect(await whoSaidWhat()).toEqual(['old new']);
      expect(await held()).toEqual([PHONE, 'GB.2']);
    },
  );

  it('that names a parent id before and a number before and after moves the buyer', async () => {
    await world.take(messages(said('old', 10, { from: PHONE, from_parent_user_id: 'GB.ENT.1' })));
    const system = { previous_parent_user_id: 'GB.ENT.1', parent_user_id: 'GB.ENT.2', wa_id: LATER_PHONE };
    await world.take(messages(reported(system, { from: PHONE })));
    await world.take(messages(said('new', 30, { from: LATER_PHONE })));
    expect(await whoSaidWhat()).toEqual(['old new']);
  });

  it.each([
    ['a number alone', { wa_id: LATER_PHONE }],
    ['a number beside an older user id', { previous_user_id: 'GB.1', wa_id: LATER_PHONE }],
  ])('that names %s joins nobody by guess, and is kept and shown', async (_what, system) => {
    await world.take(messages(said('old', 10, { from: PHONE, from_user_id: 'GB.1' })));
    await world.take(messages(said('other', 11, { from: LATER_PHONE, from_user_id: 'GB.2' })));
    await world.take(messages(reported(system)));
    expect(await whoSaidWhat()).toEqual(['old', 'other']);
    expect(await world.rows('select 1 from buyer_join')).toEqual([]);
    const { items } = webhookItemList.parse(await listWebhookItems(world.pool, { limit: 9 }));
    expect(items).toMatchObject([{ error: 'no_sender', raw: { message: { system } } }]);
  });

  it('that names a number beside the sender is a notice in the conversation of the sender', async () => {
    await world.take(messages(said('old', 10, { from: PHONE })));
    await world.take(messages(said('other', 11, { from: LATER_PHONE })));
    await world.take(messages(reported({ wa_id: LATER_PHONE }, { from: PHONE })));
    expect(await whoSaidWhat()).toEqual(['old', 'other']);
    expect(
      await world.rows(
        `select text, (select text from message where conversation_id = message_event.conversation_id) as beside
           from message_event`,
      ),
    ).toEqual([{ text: 'user_changed_something', beside: 'old' }]);
  });
});

describe('a new key of a buyer', () => {
  it.each([
    ['the sender', {}, { from: PHONE }],
    ['the report itself', { customer: PHONE }, {}],
    ['the report itself by a user id', { user_id: 'GB.1' }, {}],
  ])('is a notice in the conversation of whoever is named by %s', async (_by, named, sender) => {
    await world.take(messages(said('old', 10, { from: PHONE, from_user_id: 'GB.1' })));
    const system = { type: 'customer_identity_changed', identity: 'hash', ...named };
    await world.take(messages(identityChange(system, { timestamp: at(20), ...sender })));
    expect(await world.rows('select kind, type, text from message_event')).toEqual([
      { kind: 'notice', type: 'system', text: 'customer_identity_changed' },
    ]);
    expect(await world.rows('select 1 from conversation')).toHaveLength(1);
  });
});

describe('a contact beside a message', () => {
  const beside = (contact: Json, sender: Json): Json =>
    bodyOf(
      change({
        contacts: [{ profile: { name: 'Somebody else' }, ...contact }],
        messages: [said('hello', 10, sender)],
      }),
    );

  it.each([
    ['another user id', { user_id: 'GB.9' }, { from_user_id: 'GB.1' }, ['GB.1']],
    ['a user id alone beside a phone', { user_id: 'GB.9' }, { from: PHONE }, [PHONE]],
    ['a user id beside a user id in `from`', { user_id: 'GB.9' }, { from: 'GB.1' }, ['GB.1']],
    [
      'the same phone and another user id',
      { wa_id: PHONE, user_id: 'GB.9' },
      { from: PHONE, from_user_id: 'GB.1' },
      [PHONE, 'GB.1'],
    ],
    [
      'the same user id and another phone',
      { wa_id: LATER_PHONE, user_id: 'GB.1' },
      { from: PHONE, from_user_id: 'GB.1' },
      [PHONE, 'GB.1'],
    ],
  ])('that contradicts it is not its sender: %s', async (...[, contact, sender, expected]) => {
    await world.take(beside(contact, sender));
    expect(await held()).toEqual(expected);
    expect(await world.rows('select display_name from buyer')).toEqual([{ display_name: null }]);
  });

  it.each([
    [
      'the phone in another national form',
      { wa_id: '5215550001234', user_id: 'GB.1' },
      { from: '525550001234', from_user_id: 'GB.1' },
    ],
    ['a user id more', { wa_id: PHONE, user_id: 'GB.1' }, { from: PHONE }],
    ['the same user id in another place', { wa_id: 'GB.1' }, { from_user_id: 'GB.1' }],
  ])('that agrees with it names its sender: %s', async (_what, contact, sender) => {
    await world.take(beside(contact, sender));
    expect(await world.rows('select display_name from buyer')).toEqual([{ display_name: 'Somebody else' }]);
  });
});
