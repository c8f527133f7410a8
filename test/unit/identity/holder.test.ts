import fc from 'fast-check';
import { whoIsMeant } from '../../../domain/identity/holder.decide';
import type { Holder, Identifier, Naming } from '../../../domain/identity/holder.decide';
import { toUsername } from '../../../domain/identity/username';

const phone: Identifier = { kind: 'wa_id', value: '447700900101' };
const user = (value: string): Identifier => ({ kind: 'bsuid', value: `GB.${value}` });
const parent = (value: string): Identifier => ({ kind: 'parent_bsuid', value: `GB.ENT.${value}` });
const naming = (identifiers: readonly Identifier[], taken: readonly Identifier[] = []): Naming => ({
  identifiers,
  taken,
  left: [],
  givenUp: [],
  atMs: 1_000,
});
const holder = (
  buyerId: string,
  identifier: Identifier,
  more: { userIds?: readonly Identifier[]; sinceMs?: number } = {},
): Holder => ({ ...identifier, buyerId, userIds: more.userIds ?? [], sinceMs: more.sinceMs ?? 500 });

describe('whom an item means', () => {
  const CASES: [string, Naming, Holder[], string[]][] = [
    ['nobody known', naming([phone]), [], []],
    ['the holder of the only number', naming([phone]), [holder('a', phone, { userIds: [user('1')] })], ['a']],
    ['a holder without a user id', naming([phone, user('1')]), [holder('a', phone)], ['a']],
    [
      'a holder with the same user id',
      naming([phone, user('1')]),
      [holder('a', phone, { userIds: [user('1')] })],
      ['a'],
    ],
    [
      'no holder with another user id',
      naming([phone, user('2')]),
      [holder('a', phone, { userIds: [user('1')] })],
      [],
    ],
    [
      'a holder with an id of another kind',
      naming([phone, parent('1')]),
      [holder('a', phone, { userIds: [user('1')] })],
      ['a'],
    ],
    [
      'a holder who has one id in common',
      naming([phone, user('2'), parent('1')]),
      [holder('a', phone, { userIds: [user('1'), parent('1')] }), holder('a', parent('1'))],
      ['a'],
    ],
    [
      'both, when user id and number have two holders',
      naming([user('1'), phone]),
      [holder('b', user('1')), holder('a', phone)],
      ['b', 'a'],
    ],
    [
      'the holder of the user id alone, when the number is a stranger’s',
      naming([user('1'), phone]),
      [holder('b', user('1')), holder('a', phone, { userIds: [user('9')] })],
      ['b'],
    ],
    ['nobody who had a number before it was taken over', naming([phone], [phone]), [holder('a', phone)], []],
    [
      'whoever has had it since then only',
      naming([phone], [phone]),
      [holder('a', phone, { sinceMs: 1_500 })],
      ['a'],
    ],
    [
      'who took it over, when it is told again',
      naming([user('1'), phone], [phone]),
      [holder('a', user('1')), holder('a', phone)],
      ['a'],
    ],
  ];
  it.each(CASES.map(([who, item, holders, people]) => ({ who, item, holders, people })))(
    '$who',
    ({ item, holders, people }) => {
      expect(whoIsMeant(item, holders).people).toEqual(people);
    },
  );

  it('is everybody who is no stranger, and the holder of a user id is never one', () => {
    const identifier = fc.constantFrom(phone, user('1'), user('2'), parent('1'));
    const anyHolder = fc
      .tuple(
        fc.constantFrom('a', 'b'),
        identifier,
        fc.subarray([user('1'), user('2'), parent('1')]),
        fc.nat(2_000),
      )
      .map(([buyerId, one, userIds, sinceMs]) => holder(buyerId, one, { userIds, sinceMs }));
    fc.assert(
      fc.property(
        fc.array(identifier),
        fc.array(identifier),
        fc.array(anyHolder),
        (identifiers, taken, holders) => {
          const { people, strangers } = whoIsMeant(
            { identifiers, taken, left: [], givenUp: [], atMs: 1_000 },
            holders,
          );
          expect(strangers.every(({ kind }) => kind === 'wa_id')).toBe(true);
          for (const one of holders)
            expect(
              people.includes(one.buyerId) || strangers.some(({ buyerId }) => buyerId === one.buyerId),
            ).toBe(true);
          for (const one of holders.filter(({ kind }) => kind !== 'wa_id'))
            expect(people).toContain(one.buyerId);
        },
      ),
    );
  });
});

it.each([
  ['@nora', 'nora'],
  ['nora.k', 'nora.k'],
  ['@@nora', '@nora'],
  ['  ', null],
  ['@', null],
  [undefined, null],
])('the username %j is shown as %j', (given, shown) => {
  expect(toUsername(given)).toBe(shown);
});
