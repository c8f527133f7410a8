import fc from 'fast-check';
import { buyerDetail } from '../../api/contract';
import { readBuyer } from '../../api/read/buyer';
import { at, bodyOf, change, identityChange, message, messages } from './bodies';
import type { Json } from './bodies';
import { finalState } from './final-state';
import { useWorld } from './world';

const PHONE = '447700900201';
const LATER_PHONE = '447700900202';

const world = useWorld();

/** Which buyer has what was said, each buyer by the words in the order of their times. */
const whoSaidWhat = async (): Promise<string[]> =>
  (
    await world.rows<{ words: string }>(
      `select string_agg(text, ' ' order by sent_at) as words from message join conversation on conversation.id = conversation_id
        group by buyer_id order by 1`,
    )
  ).map(({ words }) => words);
const said = (words: string, seconds: number, sender: Json): Json =>
  message({ id: `wamid.${words}`, text: { body: words }, timestamp: at(seconds), ...sender });
const OWNER = { from: PHONE, from_user_id: 'GB.1' };
const STRANGER = { from: PHONE, from_user_id: 'GB.9' };
const moved = (): Json =>
  identityChange(
    { type: 'user_changed_number', wa_id: LATER_PHONE, user_id: 'GB.2', previous_user_id: 'GB.1' },
    { id: 'wamid.moved', from: PHONE, timestamp: at(20) },
  );

const ORDERS_OF_FOUR = [0, 1, 2, 3]
  .flatMap((a) =>
    [0, 1, 2, 3].flatMap((b) => [0, 1, 2, 3].flatMap((c) => [0, 1, 2, 3].map((d) => [a, b, c, d]))),
  )
  .filter((order) => new Set(order).size === 4);

describe('a number that a stranger got', () => {
  const afterChange = [
    said('old', 10, OWNER),
    moved(),
    said('new', 30, { from: LATER_PHONE, from_user_id: 'GB.2' }),
    said('stranger', 40, STRANGER),
    said('again', 50, { from_user_id: 'GB.9' }),
  ];
  const withoutReport = [
    said('old', 10, OWNER),
    said('older', 15, { from_user_id: 'GB.1' }),
    said('stranger', 40, STRANGER),
    said('again', 50, STRANGER),
    said('late', 60, { from_user_id: 'GB.1' }),
  ];

  it.each([
    { type: 'user_changed_number', wa_id: LATER_PHONE, user_id: 'GB.2' },
    { type: 'customer_changed_number', new_wa_id: LATER_PHONE, user_id: 'GB.2' },
  ])(
    'is still the same person after a change that names no earlier user id, in any order: %j',
    async (system) => {
      const items = [
        said('old', 10, OWNER),
        identityChange(system, { id: 'wamid.moved', from: PHONE, timestamp: at(20) }),
        said('new', 30, { from: LATER_PHONE, from_user_id: 'GB.2' }),
        said('late', 40, { from_user_id: 'GB.2' }),
      ];
      for (const order of ORDERS_OF_FOUR) {
        await world.empty();
        for (const index of order) await world.take(messages(items[index] ?? {}));
        expect([order, await whoSaidWhat()]).toEqual([order, ['old new late']]);
      }
    },
  );

  it.each([
    ['after a change of number', afterChange, ['old new', 'stranger again']],
    ['without any report', withoutReport, ['old older late', 'stranger again']],
  ] as const)('%s is somebody else, in whatever order it arrives', async (_when, items, expected) => {
    const orders = fc.shuffledSubarray([...items], { minLength: items.length });
    let first: unknown;
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        await world.empty();
        for (const item of order) await world.take(messages(item));
        expect(await whoSaidWhat()).toEqual([...expected].sort());
        const state = await finalState(world);
        first ??= state;
        expect(state).toEqual(first);
        expect(await world.rows('select 1 from buyer_join where is_conflict')).toEqual([]);
      }),
      { numRuns: 40, seed: 11 },
    );
  });

  it('names the stranger from then on, also where only the number is told', async () => {
    for (const item of withoutReport) await world.take(messages(item));
    await world.take(messages(said('called', 70, { from: PHONE })));
    await world.take(messages(said('past', 12, { from: PHONE })));
    expect(await whoSaidWhat()).toEqual(['old past older late', 'stranger again called'].sort());
  });

  it('is taken from whoever had it before a change of number leads to it', async () => {
    await world.take(messages(said('before', 5, { from: LATER_PHONE })));
    await world.take(messages(said('old', 10, OWNER)));
    await world.take(messages(moved()));
    await world.take(messages(said('new', 30, { from: LATER_PHONE })));
    await world.take(messages(said('earlier', 6, { from: LATER_PHONE })));
    expect(await whoSaidWhat()).toEqual(['before earlier', 'old new']);
  });

  it('is still one person when a change of the user id is reported late', async () => {
    await world.take(messages(said('old', 10, OWNER)));
    await world.take(messages(said('new', 30, { from: PHONE, from_user_id: 'GB.2' })));
    expect(await whoSaidWhat()).toEqual(['new', 'old']);
    const system = { type: 'user_changed_user_id', user_id: 'GB.2', previous_user_id: 'GB.1' };
    await world.take(messages(identityChange(system, { timestamp: at(20) })));
    expect(await whoSaidWhat()).toEqual(['old new']);
  });
});

describe('a user id', () => {
  it('names its person also after a change, as what was under way carries the old one', async () => {
    await world.take(messages(said('old', 10, OWNER)));
    await world.take(messages(moved()));
    await world.take(messages(said('under-way', 21, { from_user_id: 'GB.1' })));
    expect(await whoSaidWhat()).toEqual(['old under-way']);
  });

  const update = (more: Json = {}): Json =>
    bodyOf(
      change(
        {
          user_id_update: [
            {
              wa_id: PHONE,
              detail: 'changed',
              user_id: { previous: 'GB.1', current: 'GB.2' },
              parent_user_id: { previous: 'GB.ENT.1', current: 'GB.ENT.2' },
              timestamp: Number(at(20)),
              ...more,
            },
          ],
        },
        'user_id_update',
      ),
    );

  it.each([[[0, 1, 2]], [[0, 2, 1]], [[1, 0, 2]], [[1, 2, 0]], [[2, 0, 1]], [[2, 1, 0]]])(
    'that a withdrawn field changes keeps the conversation, in any order: %j',
    async (order) => {
      const bodies = [
        messages(said('old', 10, { ...OWNER, from_parent_user_id: 'GB.ENT.1' })),
        update(),
        messages(said('new', 30, { from_user_id: 'GB.2', from_parent_user_id: 'GB.ENT.2' })),
      ];
      for (const index of order) await world.take(bodies[index]);
      expect(await whoSaidWhat()).toEqual(['old new']);
      const current = await world.rows<{ value: string }>(
        'select value from buyer_identity where valid_to is null order by value',
      );
      expect(current.map(({ value }) => value)).toEqual([PHONE, 'GB.2', 'GB.ENT.2']);
    },
  );

  it('of which the field tells nothing is kept and shown', async () => {
    await world.take(update({ wa_id: undefined, user_id: 'odd', parent_user_id: 7 }));
    expect(await world.rows('select kind, error from webhook_item')).toEqual([
      { kind: 'identity_change', error: 'no_sender' },
    ]);
  });
});

describe('older forms of a change', () => {
  it.each([
    ['customer_changed_number', { wa_id: LATER_PHONE, customer: PHONE }],
    ['customer_changed_number', { new_wa_id: LATER_PHONE }],
    ['user_changed_number', { wa_id: LATER_PHONE, previous_parent_user_id: 'GB.ENT.1' }],
  ])('%s with %j keeps the conversation', async (type, system) => {
    await world.take(messages(said('old', 10, { from: PHONE, from_parent_user_id: 'GB.ENT.1' })));
    await world.take(messages(identityChange({ type, ...system }, { from: PHONE, timestamp: at(20) })));
    await world.take(messages(said('new', 30, { from: LATER_PHONE })));
    expect(await whoSaidWhat()).toEqual(['old new']);
  });

  it('a new key of a customer is kept as it came and changes nobody', async () => {
    await world.take(messages(said('old', 10, OWNER)));
    const identity = { acknowledged: true, created_timestamp: 1_602_532_300_000, hash: 'Sjvjlx8G6Z0=' };
    const system = { type: 'customer_identity_changed', customer: PHONE, identity: 'Sjvjlx8G6Z0=' };
    await world.take(messages(identityChange(system, { from: PHONE, identity, timestamp: at(20) })));
    expect(await whoSaidWhat()).toEqual(['old']);
    expect(await world.rows(`select kind, body -> 'identity' as identity from message_event`)).toEqual([
      { kind: 'notice', identity },
    ]);
  });

  it('the hash of a key is kept with the message it came with', async () => {
    const contacts = [{ wa_id: PHONE, user_id: 'GB.1', identity_key_hash: 'Sjvjlx8G6Z0=' }];
    await world.take(bodyOf(change({ contacts, messages: [said('old', 10, OWNER)] })));
    expect(
      await world.rows(`select raw -> 'contact' ->> 'identity_key_hash' as hash from webhook_item`),
    ).toEqual([{ hash: 'Sjvjlx8G6Z0=' }]);
  });
});

describe('an id of no known form', () => {
  it('beside a phone is kept and does not lose the message', async () => {
    await world.take(messages(said('hello', 10, { from: PHONE, from_user_id: 'foo_bar' })));
    expect(await whoSaidWhat()).toEqual(['hello']);
    expect(await world.rows(`select raw -> 'message' ->> 'from_user_id' as id from webhook_item`)).toEqual([
      { id: 'foo_bar' },
    ]);
    expect(await world.rows('select value from buyer_identity')).toEqual([{ value: PHONE }]);
  });

  it.each([['foo_bar'], [undefined]])('alone, or none at all, is kept and shown: %s', async (id) => {
    await world.take(messages(said('hello', 10, { from_user_id: id })));
    expect(await world.rows(`select error, raw -> 'message' ->> 'id' as id from webhook_item`)).toEqual([
      { error: 'no_sender', id: 'wamid.hello' },
    ]);
  });
});

describe('a username', () => {
  const named = (username: string | undefined, seconds: number, sender: Json = OWNER): Json =>
    bodyOf(
      change({
        contacts: [
          { user_id: sender['from_user_id'], wa_id: sender['from'], profile: { name: 'Nora', username } },
        ],
        messages: [message({ timestamp: at(seconds), ...sender })],
      }),
    );
  const theBuyer = async () => {
    const [row] = await world.rows<{ id: string }>('select id from buyer where joined_into is null');
    return buyerDetail.parse(await readBuyer(world.pool, row?.id ?? ''));
  };

  it.each([[[0, 1, 2]], [[2, 1, 0]], [[1, 2, 0]]])(
    'is shown without its sign, the newest one as current: %j',
    async (order) => {
      const bodies = [named('@nora', 10), named('nora_k', 20), named(undefined, 30)];
      for (const index of order) await world.take(bodies[index]);
      const buyer = await theBuyer();
      expect(buyer.username).toBe('nora_k');
      expect(
        buyer.identities
          .filter(({ kind }) => kind === 'username')
          .map(({ value, valid_to: end }) => [value, end]),
      ).toEqual(
        expect.arrayContaining([
          ['nora', new Date(Number(at(10)) * 1000).toISOString()],
          ['nora_k', null],
        ]),
      );
    },
  );

  it('joins nobody, whoever else carries it', async () => {
    await world.take(named('nora', 10));
    await world.take(named('nora', 20, { from: '447700900209', from_user_id: 'GB.9' }));
    expect(await world.rows('select 1 from buyer where joined_into is null')).toHaveLength(2);
    expect(
      await world.rows(`select 1 from buyer_identity where kind = 'username' and valid_to is null`),
    ).toHaveLength(2);
  });

  it('of the history of the phone app counts as well', async () => {
    const threads = [
      {
        context: { wa_id: PHONE, user_id: 'GB.1', username: '@nora' },
        messages: [said('past', 1, { from: PHONE })],
      },
    ];
    await world.take(bodyOf(change({ history: [{ threads }] }, 'history')));
    expect((await theBuyer()).username).toBe('nora');
  });

  it('of our own business says nothing about a buyer', async () => {
    const value = { display_phone_number: '12025550100', username: 'shop', status: 'approved' };
    await world.take(bodyOf(change(value, 'business_username_update')));
    expect(await world.rows('select 1 from buyer_identity')).toEqual([]);
    expect(await world.rows('select kind, field from webhook_item')).toEqual([
      { kind: 'unknown', field: 'business_username_update' },
    ]);
  });
});
