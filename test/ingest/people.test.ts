import { at, bodyOf, change, identityChange, message, messages } from './bodies';
import { buyers, byBoth, byPhone, byUser, living, PHONE, USER } from './two-people';
import { useWorld } from './world';

const PARENT = 'GB.ENT.11815799212886844830';

const world = useWorld();

const currentIdentifiers = async () =>
  (
    await world.rows<{ value: string }>(
      'select value from buyer_identity where valid_to is null order by value',
    )
  ).map(({ value }) => value);

describe('one person, one buyer', () => {
  it('phone only, phone with user id, user id only: one buyer and one conversation', async () => {
    for (const one of [byPhone(), byBoth(), byUser()]) await world.take(messages(one));
    expect(await buyers(world)).toHaveLength(1);
    expect(await living(world)).toHaveLength(1);
    expect(await world.rows('select distinct conversation_id from message')).toHaveLength(1);
    expect(await currentIdentifiers()).toEqual([PHONE, USER]);
  });

  it('a user id inside `from` and `wa_id` is a user id', async () => {
    const contacts = [{ wa_id: USER, profile: { name: 'Nora Example' } }];
    await world.take(bodyOf(change({ contacts, messages: [message({ from: USER })] })));
    await world.take(messages(byBoth()));
    expect(await buyers(world)).toHaveLength(1);
    expect(await currentIdentifiers()).toEqual([PHONE, USER]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('under parallel webhooks too (round %i)', async () => {
    const all = [byPhone(), byUser(), byBoth(), byPhone(), byUser(), byBoth()];
    await Promise.all(all.map((one) => world.take(messages(one))));
    expect(await buyers(world)).toHaveLength(1);
    expect(await living(world)).toHaveLength(1);
    expect(
      await world.rows('select 1 from message where conversation_id = $1', [(await living(world))[0]?.id]),
    ).toHaveLength(all.length);
    expect(
      await world.rows('select 1 from webhook_item where assigned_at is null or error is not null'),
    ).toEqual([]);
  });

  it('three buyers that prove to be one are joined at once', async () => {
    await world.take(messages(byPhone()));
    await world.take(messages(byUser()));
    await world.take(messages(message({ from_parent_user_id: PARENT })));
    await world.take(messages(message({ from: PHONE, from_user_id: USER, from_parent_user_id: PARENT })));
    expect(await buyers(world)).toHaveLength(1);
    expect(await living(world)).toHaveLength(1);
  });

  it('the shape of an id decides, and one that has no known shape joins nobody', async () => {
    await world.take(messages(message({ from: 'foo_bar' })));
    expect(await buyers(world)).toEqual([]);
    expect(await world.rows('select error from webhook_item')).toEqual([{ error: 'no_sender' }]);
  });
});

describe('a change of identifiers', () => {
  const changed = (more = {}) =>
    identityChange(
      {
        type: 'user_changed_number',
        wa_id: '447700900202',
        user_id: 'GB.2',
        previous_user_id: 'GB.1',
      },
      { from: '447700900201', timestamp: at(20), ...more },
    );
  const before = () => message({ from: '447700900201', from_user_id: 'GB.1', timestamp: at(10) });
  const after = () => message({ from: '447700900202', from_user_id: 'GB.2', timestamp: at(30) });

  it.each([
    ['in order', [before, changed, after]],
    ['the change last', [before, after, changed]],
    ['the change first', [changed, after, before]],
    ['backwards', [after, changed, before]],
    ['the old message last', [after, before, changed]],
  ])('of number and user id keeps the conversation: %s', async (_order, items) => {
    for (const item of items) await world.take(messages(item()));
    expect(await buyers(world)).toHaveLength(1);
    expect(await living(world)).toHaveLength(1);
    expect(await currentIdentifiers()).toEqual(['447700900202', 'GB.2']);
    expect(await world.rows('select 1 from buyer_identity where valid_to is not null')).toHaveLength(2);
  });

  it('of the user id alone keeps conversation and phone', async () => {
    await world.take(messages(message({ from: PHONE, from_user_id: 'GB.1', timestamp: at(1) })));
    const system = { type: 'user_changed_user_id', user_id: 'GB.2', previous_user_id: 'GB.1' };
    await world.take(messages(identityChange(system, { timestamp: at(5) })));
    await world.take(messages(message({ from_user_id: 'GB.2', timestamp: at(9) })));
    expect(await living(world)).toHaveLength(1);
    expect(await currentIdentifiers()).toEqual([PHONE, 'GB.2']);
  });

  it('a number that went to somebody else names somebody else from then on', async () => {
    await world.take(messages(before()));
    await world.take(messages(changed()));
    await world.take(messages(message({ from: '447700900201', from_user_id: 'GB.9', timestamp: at(40) })));
    expect(await buyers(world)).toHaveLength(2);
  });
});
