import fc from 'fast-check';
import { at, bodyOf, change, identityChange, message, messages, NUMBER_ID, OTHER_NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { PHONE, USER } from './two-people';

/** Somebody known by a phone and somebody known by a user id, with everything else that may name each of them. */
const SIDES = {
  phone: {
    ids: [{ from: PHONE }, { from_parent_user_id: 'GB.ENT.11' }],
    before: { from: PHONE },
    after: { wa_id: '447700900111' },
    later: { from: '447700900111' },
    username: 'nora',
  },
  user: {
    ids: [{ from_user_id: USER }, { from: '447700900102' }],
    before: { previous_user_id: USER },
    after: { user_id: 'GB.12', wa_id: '447700900112' },
    later: { from_user_id: 'GB.12' },
    username: 'olga',
  },
} as const;
type Side = (typeof SIDES)[keyof typeof SIDES];

const seconds = fc.integer({ min: 1, max: 90 });
const number = fc.constantFrom(NUMBER_ID, OTHER_NUMBER_ID);

/** Something that names one of the two alone. */
export type SidedFact = { readonly body: (id: string) => Json };

const saidBy = (side: Side): fc.Arbitrary<SidedFact> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.subarray([...side.ids], { minLength: 1 }) },
        { weight: 1, arbitrary: fc.constant([side.later]) },
      ),
      seconds,
      number,
      fc.constantFrom(undefined, side.username, `${side.username}2`),
    )
    .map(([ids, time, to, username]) => {
      const sender = ids.reduce<Json>((all, one) => ({ ...all, ...one }), {});
      const contact = {
        wa_id: sender['from'],
        user_id: sender['from_user_id'],
        parent_user_id: sender['from_parent_user_id'],
        profile: { name: `Name ${String(username)}`, username },
      };
      return {
        body: (id) =>
          bodyOf(
            change(
              {
                ...(username === undefined ? {} : { contacts: [contact] }),
                messages: [message({ id, timestamp: at(time), text: { body: id }, ...sender })],
              },
              'messages',
              to,
            ),
          ),
      };
    });

/** They have another number from then on, which may be hidden. */
const movedBy = (side: Side): fc.Arbitrary<SidedFact> =>
  fc.tuple(seconds, fc.boolean()).map(([time, isHidden]) => ({
    body: (id) => {
      const { from, ...previous } = side.before as Json;
      const after: Json = isHidden && 'user_id' in side.after ? { user_id: side.after.user_id } : side.after;
      return messages(
        identityChange(
          { type: 'user_changed_number', ...previous, ...after },
          { id, from, timestamp: at(time) },
        ),
      );
    },
  }));

const factOf = (side: Side): fc.Arbitrary<SidedFact> =>
  fc.oneof({ weight: 4, arbitrary: saidBy(side) }, { weight: 1, arbitrary: movedBy(side) });

/** Facts that each name one of the two alone. */
export const sidedFacts = (countMax: number): fc.Arbitrary<readonly SidedFact[]> =>
  fc.array(fc.oneof(factOf(SIDES.phone), factOf(SIDES.user)), { maxLength: countMax, size: 'max' });

/** What makes one of the two: a message or a report that names what both are known by, or a person's word. */
export type Joining = { readonly by: 'message' | 'report' | 'hand'; readonly seconds: number };
export const joinings: fc.Arbitrary<Joining> = fc.record({
  by: fc.constantFrom('message', 'report', 'hand'),
  seconds,
});
