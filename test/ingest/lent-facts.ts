import fc from 'fast-check';
import { at, message, NUMBER_ID, OTHER_NUMBER_ID } from './bodies';
import type { Json } from './bodies';

/** One thing that Meta reports, with the change it stands in. */
export type Fact = {
  readonly list: string;
  readonly field: string;
  readonly number: string;
  readonly item: Json;
  /** What comes right after it in every body. */
  readonly more?: readonly Json[];
  /** What the change says about the sender beside the message. */
  readonly profile?: Json;
};

/** When people change their numbers. */
export const CHANGE_SECONDS = 600;
const number = fc.constantFrom(NUMBER_ID, OTHER_NUMBER_ID);

/**
 * A number that two people had one after the other, each shown with a user id; the first may have reported another number.
 * Messages, echoes and preferences may name the number alone.
 */
const LENT = { phone: '447700900305', owner: 'GB.305', later: 'GB.405', stranger: 'GB.505' };
const byIds = fc.constantFrom('user', 'both', 'phone');
const lent = fc
  .tuple(
    number,
    fc.boolean(),
    byIds,
    fc.integer({ min: 1, max: 99 }),
    fc.constantFrom(undefined, 'Ana', 'Bea'),
  )
  .map(([to, isStranger, by, seconds, name]): Fact => ({
    ...(name === undefined ? {} : { profile: { name } }),
    list: 'messages',
    field: 'messages',
    number: to,
    item: {
      timestamp: at(seconds + (isStranger ? CHANGE_SECONDS : 0)),
      type: 'text',
      text: { body: 'Hello' },
      ...(by === 'phone' ? {} : { from_user_id: isStranger ? LENT.stranger : LENT.owner }),
      ...(by === 'user' ? {} : { from: LENT.phone }),
    },
  }));
const lentTime = fc
  .tuple(fc.boolean(), fc.integer({ min: 1, max: 99 }))
  .map(([isLater, seconds]) => seconds + (isLater ? CHANGE_SECONDS : 0));
const lentEcho = fc
  .tuple(number, lentTime, fc.constantFrom('Hello', 'Hello', '#bot'))
  .map(([by, seconds, body]): Fact => ({
    list: 'message_echoes',
    field: 'smb_message_echoes',
    number: by,
    item: message({
      id: `wamid.lent.${by}.${seconds}.${body}`,
      from: '12025550100',
      to: LENT.phone,
      timestamp: at(seconds),
      text: { body },
    }),
  }));
const lentChoice = fc.tuple(fc.constantFrom('stop', 'resume'), lentTime).map(([value, seconds]): Fact => ({
  list: 'user_preferences',
  field: 'user_preferences',
  number: NUMBER_ID,
  item: { wa_id: LENT.phone, value, category: 'marketing_messages', timestamp: Number(at(seconds)) },
}));
/** The number that the first person changed to, which somebody may have had before. */
const taken = fc.tuple(number, lentTime).map(([to, seconds]): Fact => ({
  list: 'messages',
  field: 'messages',
  number: to,
  item: { timestamp: at(seconds), type: 'text', text: { body: 'Hello' }, from: LENT_NEXT },
}));
const LENT_NEXT = '447700900405';
const givenUp = fc.constant<Fact>({
  list: 'messages',
  field: 'messages',
  number: NUMBER_ID,
  item: message({
    id: 'wamid.givenup',
    from: LENT.phone,
    timestamp: at(CHANGE_SECONDS),
    type: 'system',
    text: undefined,
    system: {
      type: 'user_changed_number',
      wa_id: LENT_NEXT,
      user_id: LENT.later,
      previous_user_id: LENT.owner,
    },
  }),
});

/** Anything that is said with the number, or about it. */
export const lentFact = fc.oneof(
  { weight: 6, arbitrary: lent },
  { weight: 1, arbitrary: givenUp },
  { weight: 2, arbitrary: lentEcho },
  { weight: 1, arbitrary: lentChoice },
  { weight: 2, arbitrary: taken },
);

/** Every message has an id of its own, as Meta never gives one twice. */
export const withIds = (all: readonly Fact[]): Fact[] =>
  all.map((fact, index) => ({
    ...fact,
    item: { ...(fact.list === 'messages' ? { id: `wamid.m${index}` } : {}), ...fact.item },
  }));

/** What was said with a number that several people had, on its own. */
export const lentFacts: fc.Arbitrary<readonly Fact[]> = fc
  .array(lentFact, { minLength: 3, maxLength: 9, size: 'max' })
  .map(withIds);
