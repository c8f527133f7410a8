import fc from 'fast-check';
import { firstContactsMax, judgeFirstContact } from '../../../domain/send/first-contact';

describe('how many buyers may be written to first', () => {
  it.each([
    ['nothing is known', { policy: null, tier: null }, 250],
    ['Meta allows more', { policy: null, tier: 'TIER_2K' }, 2_000],
    ['Meta sets no limit', { policy: null, tier: 'TIER_UNLIMITED' }, Infinity],
    ['people want less than Meta allows', { policy: 100, tier: 'TIER_10K' }, 100],
    ['people want more than Meta allows', { policy: 5_000, tier: 'TIER_1K' }, 1_000],
    ['Meta names a tier that nobody knows', { policy: null, tier: 'TIER_5M' }, 250],
    ['people set a number and Meta was not read', { policy: 2_000, tier: null }, 2_000],
  ])('when %s', (_name, limits, expected) => {
    expect(firstContactsMax(limits)).toBe(expected);
  });

  it('lets a buyer through exactly when counted already or while there is room', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.nat(10), fc.nat(10), (isCountedAlready, othersCount, max) => {
        const facts = { nowMs: 1_000, isCountedAlready, othersCount, roomAtMs: 9_000 };
        const judged = judgeFirstContact(facts, max);
        const expected =
          isCountedAlready || othersCount < max ? { kind: 'go' } : { kind: 'not_yet', atMs: 9_000 };
        expect(judged).toEqual(expected);
      }),
    );
  });

  it('looks again a little later when nobody can say when there will be room', () => {
    const facts = { nowMs: 1_000, isCountedAlready: false, othersCount: 0, roomAtMs: null };
    expect(judgeFirstContact(facts, 0)).toEqual({ kind: 'not_yet', atMs: 2_000 });
  });
});
