import fc from 'fast-check';
import { at, message, NUMBER_ID, OTHER_NUMBER_ID } from './bodies';
import { inForms } from './facts-in-forms';
import { CHANGE_SECONDS, lentFact, withIds } from './lent-facts';
import type { Fact } from './lent-facts';
import { burst, toldTwice } from './repeated-facts';

/** Two people, each known by a phone, a user id and a parent id; who has changed their identifiers has later ones as well. */
const PEOPLE = [1, 2].map((n) => ({
  phone: `44770090030${n}`,
  user: `GB.30${n}`,
  parent: `GB.ENT.30${n}`,
  laterPhone: `44770090040${n}`,
  laterUser: `GB.40${n}`,
}));
/** Ids of sends of ours, which statuses may name. */
export const OUR_SENDS = ['wamid.ours1', 'wamid.ours2'];

const person = fc.constantFrom(...PEOPLE);
const number = fc.constantFrom(NUMBER_ID, OTHER_NUMBER_ID);
const before = fc.integer({ min: 1, max: CHANGE_SECONDS - 1 });
const messageId = fc.integer({ min: 1, max: 6 }).map((n) => `wamid.m${n}`);

const sender = fc
  .tuple(person, fc.subarray(['phone', 'user', 'parent'] as const, { minLength: 1 }))
  .map(([who, by]) => ({
    ...(by.includes('phone') ? { from: who.phone } : {}),
    ...(by.includes('user') ? { from_user_id: who.user } : {}),
    ...(by.includes('parent') ? { from_parent_user_id: who.parent } : {}),
  }));

const content = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('Hello', 'Do you have oak?', 'Thanks')
      .map((body) => ({ type: 'text', text: { body } })),
  },
  messageId.map((id) => ({ type: 'reaction', text: undefined, reaction: { message_id: id, emoji: '👍' } })),
  messageId.map((id) => ({ type: 'reaction', text: undefined, reaction: { message_id: id } })),
  messageId.map((id) => ({ type: 'revoke', text: undefined, revoke: { original_message_id: id } })),
  fc.tuple(messageId, fc.constantFrom('one', 'other')).map(([id, body]) => ({
    type: 'edit',
    text: undefined,
    edit: { original_message_id: id, message: { type: 'text', text: { body } } },
  })),
  fc.constant({ type: 'image', text: undefined, image: { id: '9001', mime_type: 'image/jpeg' } }),
  messageId.map((id) => ({
    type: 'edit',
    text: undefined,
    edit: { original_message_id: id, message: { type: 'image', image: { id: '9002', caption: 'one' } } },
  })),
  fc.constant({ type: 'system', text: undefined, system: { type: 'odd' } }),
  fc.constant({ type: 'unsupported', text: undefined, errors: [{ code: 131051 }] }),
);

const said = fc
  .tuple(number, sender, content, before, fc.constantFrom(undefined, 'nora', '@nora', 'norah'))
  .map(([to, from, what, seconds, username]): Fact => ({
    list: 'messages',
    field: 'messages',
    number: to,
    item: { timestamp: at(seconds), ...from, ...what },
    ...(username === undefined ? {} : { profile: { name: `Name ${username}`, username } }),
  }));

/** Somebody who writes by phone, by user id and by both: two buyers at first in most orders, who prove to be one. */
const revealed = fc.tuple(number, person).map(([to, who]): Fact[] =>
  [{ from: who.phone }, { from_user_id: who.user }, { from: who.phone, from_user_id: who.user }].map(
    (by, index) => ({
      list: 'messages',
      field: 'messages',
      number: to,
      item: { timestamp: at(index + 1), type: 'text', text: { body: 'Hello' }, ...by },
    }),
  ),
);

const moved = fc.tuple(number, person).map(([to, who]): Fact => ({
  list: 'messages',
  field: 'messages',
  number: to,
  item: message({
    id: `wamid.moved.${who.user}.${to}`,
    from: who.phone,
    timestamp: at(CHANGE_SECONDS),
    type: 'system',
    text: undefined,
    system: {
      type: 'user_changed_number',
      wa_id: who.laterPhone,
      user_id: who.laterUser,
      previous_user_id: who.user,
    },
  }),
}));

const status = fc
  .tuple(
    fc.constantFrom(...OUR_SENDS, 'wamid.unknown'),
    fc.constantFrom('sent', 'delivered', 'read', 'failed', 'in_orbit'),
  )
  .map(([id, name]): Fact => ({
    list: 'statuses',
    field: 'messages',
    number: NUMBER_ID,
    item: {
      id,
      status: name,
      timestamp: at(700),
      recipient_id: PEOPLE[0]?.phone,
      ...(name === 'sent' ? { pricing: { type: 'regular' } } : {}),
      ...(name === 'read' ? { pricing: { type: 'regular', category: 'service' } } : {}),
      ...(name === 'failed' ? { errors: [{ code: 131026 }] } : {}),
    },
  }));

/** The one to whom our sends went, and a user id of theirs that only a status shows beside their phone. */
export const RECIPIENT = '447700900399';
const RECIPIENT_ID = 'GB.399';
const reached = fc.constantFrom(...OUR_SENDS).map((id): Fact => ({
  list: 'statuses',
  field: 'messages',
  number: NUMBER_ID,
  item: {
    id,
    status: 'played',
    timestamp: at(710),
    recipient_id: RECIPIENT,
    recipient_user_id: RECIPIENT_ID,
  },
}));
const answered = fc.tuple(number, before).map(([to, seconds]): Fact => ({
  list: 'messages',
  field: 'messages',
  number: to,
  item: { timestamp: at(seconds), type: 'text', text: { body: 'Yes' }, from_user_id: RECIPIENT_ID },
}));

const preference = fc
  .tuple(person, fc.constantFrom('stop', 'resume'), before)
  .map(([who, value, seconds]): Fact => ({
    list: 'user_preferences',
    field: 'user_preferences',
    number: NUMBER_ID,
    item: { wa_id: who.phone, value, category: 'marketing_messages', timestamp: Number(at(seconds)) },
  }));

const echo = fc.tuple(number, person, before).map(([by, who, seconds]): Fact => ({
  list: 'message_echoes',
  field: 'smb_message_echoes',
  number: by,
  item: message({
    id: `wamid.echo.${who.phone}.${by}.${seconds}`,
    from: '12025550100',
    to: who.phone,
    timestamp: at(seconds),
  }),
}));

/** People on the phone give back by a word, and take over again by writing. */
const givenBack = fc.tuple(number, person, before).map(([by, who, seconds]): Fact => ({
  list: 'message_echoes',
  field: 'smb_message_echoes',
  number: by,
  item: message({
    id: `wamid.word.${who.phone}.${by}.${seconds}`,
    from: '12025550100',
    to: who.phone,
    timestamp: at(seconds),
    text: { body: '#bot' },
  }),
}));

/** What Meta's own agent got from the buyer, or said. */
const listened = fc.tuple(number, person, before, fc.boolean()).map(([by, who, seconds, isOurs]): Fact => ({
  list: 'standby',
  field: 'standby',
  number: by,
  item: message({
    id: `wamid.listened.${who.phone}.${by}.${seconds}.${isOurs}`,
    timestamp: at(seconds),
    ...(isOurs ? { from: '12025550100', to: who.phone } : { from: who.phone }),
  }),
}));

const history = fc.tuple(number, person, before, fc.boolean()).map(([by, who, seconds, isOurs]): Fact => ({
  list: 'history',
  field: 'history',
  number: by,
  item: {
    threads: [
      {
        id: who.phone,
        messages: [
          message({
            id: `wamid.past.${who.phone}.${by}.${seconds}.${isOurs}`,
            from: isOurs ? '12025550100' : who.phone,
            timestamp: at(seconds - 86_400),
          }),
        ],
      },
    ],
  },
}));

/** What somebody did with a contact on the phone app. */
const called = fc
  .tuple(number, person, fc.constantFrom('add', 'edit', 'remove'), before)
  .map(([by, who, action, seconds]): Fact => ({
    list: 'state_sync',
    field: 'smb_app_state_sync',
    number: by,
    item: {
      type: 'contact',
      action,
      contact: { full_name: `Name ${action}`, phone_number: who.phone },
      metadata: { timestamp: at(seconds) },
    },
  }));

const unknown = fc.integer({ min: 1, max: 3 }).map((n): Fact => ({
  list: 'things',
  field: 'tomorrow',
  number: NUMBER_ID,
  item: { n },
}));

/** Facts of several people on two numbers. */
export const facts: fc.Arbitrary<readonly Fact[]> = fc
  .tuple(
    revealed,
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: said },
        { weight: 2, arbitrary: moved },
        { weight: 9, arbitrary: lentFact },
        { weight: 2, arbitrary: status },
        { weight: 1, arbitrary: reached },
        { weight: 2, arbitrary: answered },
        { weight: 4, arbitrary: inForms },
        { weight: 1, arbitrary: preference },
        { weight: 2, arbitrary: echo },
        { weight: 2, arbitrary: givenBack },
        { weight: 2, arbitrary: burst({ number, person, before }) },
        { weight: 2, arbitrary: toldTwice({ number, person, before }) },
        { weight: 2, arbitrary: listened },
        { weight: 1, arbitrary: history },
        { weight: 2, arbitrary: called },
        { weight: 1, arbitrary: unknown },
      ),
      { maxLength: 12, size: 'max' },
    ),
  )
  .map((all) => withIds(all.flat(2)));
