import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { useWorld } from './world';

const world = useWorld();
const OURS = '12025550100';
const PHONE = '447700900190';
const USER = 'GB.900';
/** The other one of the contacts, given first so that no place in the list tells who is meant. */
const SOMEBODY = { wa_id: '447700900191', user_id: 'GB.901', profile: { name: 'Somebody' } };
const KNOWN = { wa_id: PHONE, user_id: USER, profile: { name: 'Nora', username: 'nora' } };
const CHOICE = { category: 'marketing_messages', value: 'stop', timestamp: Number(at(2)) };

const choice = (contacts: readonly Json[], who: Json, more: Json = {}) =>
  bodyOf(change({ contacts, user_preferences: [{ ...CHOICE, ...who, ...more }] }, 'user_preferences'));
const echo = (contacts: readonly Json[]) =>
  bodyOf(
    change(
      { contacts, message_echoes: [message({ id: 'wamid.e', from: OURS, to: PHONE, timestamp: at(2) })] },
      'smb_message_echoes',
    ),
  );
const past = (contacts: readonly Json[], said: Json = { from: PHONE }) =>
  bodyOf(
    change(
      {
        contacts,
        history: [
          { threads: [{ id: PHONE, messages: [message({ id: 'wamid.h', timestamp: at(-2), ...said })] }] },
        ],
      },
      'history',
    ),
  );
const listened = (contacts: readonly Json[]) =>
  bodyOf(
    change(
      { contacts, messages: [message({ id: 'wamid.l', from: OURS, to: PHONE, timestamp: at(2) })] },
      'standby',
    ),
  );

const knownFirst = () => world.take(messages(message({ from_user_id: USER, timestamp: at(1) })));
const people = () =>
  world.rows(`select opted_out_at is not null as "isOut", display_name as name,
      (select array_agg(value order by value) from buyer_identity
        where buyer_id = buyer.id and kind <> 'username') as ids
     from buyer where joined_into is null order by ids`);

describe('a contact beside what names a phone alone tells whose it is', () => {
  it('of a choice: whoever chose is known by the user id, and nobody else is silenced', async () => {
    await knownFirst();
    await world.take(choice([SOMEBODY, KNOWN], { wa_id: PHONE }));
    expect(await people()).toEqual([{ isOut: true, name: 'Nora', ids: [PHONE, USER].sort() }]);
  });

  it('of a choice that names nobody itself: the one contact that came with it', async () => {
    await knownFirst();
    await world.take(choice([KNOWN], {}));
    expect(await people()).toMatchObject([{ isOut: true, ids: [PHONE, USER].sort() }]);
    await world.take(choice([SOMEBODY], {}));
    expect(await people()).toMatchObject([{ isOut: true }, { isOut: true, name: 'Somebody' }]);
  });

  it('of a choice that names nobody among several contacts: nobody knows', async () => {
    await world.take(choice([SOMEBODY, KNOWN], {}));
    expect(await people()).toEqual([]);
    expect(await world.rows('select error from webhook_item')).toEqual([{ error: 'no_sender' }]);
  });

  it('of a message of the phone app, which takes the conversation that is known over', async () => {
    await knownFirst();
    await world.take(echo([SOMEBODY, KNOWN]));
    expect(await world.rows('select owner from conversation')).toEqual([{ owner: 'phone' }]);
    expect(await people()).toMatchObject([{ name: 'Nora', ids: [PHONE, USER].sort() }]);
  });

  it.each([
    ['the buyer', { from: PHONE }],
    ['us', { from: OURS, to: PHONE }],
  ])('of a message of the past from %s', async (_who, said) => {
    await knownFirst();
    await world.take(past([SOMEBODY, KNOWN], said));
    expect(await world.rows('select 1 from conversation')).toHaveLength(1);
    expect(await people()).toMatchObject([{ ids: [PHONE, USER].sort() }]);
  });

  it('of what Meta’s own agent said', async () => {
    await knownFirst();
    await world.take(listened([SOMEBODY, KNOWN]));
    expect(await world.rows('select owner from conversation')).toEqual([{ owner: 'meta' }]);
  });

  it('unless the contact has another user id than what it stands beside', async () => {
    await knownFirst();
    await world.take(choice([{ ...KNOWN, user_id: 'GB.902' }], { wa_id: PHONE, user_id: USER }));
    expect(await people()).toMatchObject([{ isOut: true, ids: [PHONE, USER].sort() }]);
  });

  it.each([
    ['a message of the phone app', echo],
    ['a message of the past', past],
    ['what Meta’s own agent said', listened],
  ])('and never by its place alone: %s', async (_what, bodyWith) => {
    await knownFirst();
    await world.take(bodyWith([{ user_id: USER, profile: { name: 'Nora' } }]));
    await world.take(bodyWith([{ wa_id: OURS, user_id: 'US.1', profile: { name: 'Our shop' } }]));
    expect(await people()).toMatchObject([{ ids: [PHONE] }, { ids: [USER] }]);
  });
});
