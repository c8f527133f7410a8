import fc from 'fast-check';
import { firstContactsMax, judgeFirstContact } from '../../../domain/send/first-contact';
import type { LimitReport } from '../../../domain/send/first-contact';

describe('how many buyers may be written to first', () => {
  const said = (limit: unknown, atMs = 1): LimitReport => ({ limit, atMs });
  it.each<[string, { policy: number | null; reports: LimitReport[] }, number]>([
    ['nothing is known', { policy: null, reports: [] }, 250],
    ['Meta allows more', { policy: null, reports: [said('TIER_2K')] }, 2_000],
    ['Meta sets no limit', { policy: null, reports: [said('TIER_UNLIMITED')] }, Infinity],
    ['Meta sets no limit by a number', { policy: null, reports: [said(-1)] }, Infinity],
    ['Meta names a number', { policy: null, reports: [said(1_500)] }, 1_500],
    ['Meta names a number as text', { policy: null, reports: [said('1500')] }, 1_500],
    [
      'Meta has said something newer',
      { policy: null, reports: [said(50, 3), said('TIER_2K', 9), said(70, 1)] },
      2_000,
    ],
    ['Meta says two things at once', { policy: null, reports: [said(50), said('TIER_2K')] }, 50],
    [
      'Meta’s newest word cannot be read',
      { policy: null, reports: [said(50, 1), said({}, 9), said(null, 8)] },
      50,
    ],
    ['people want less than Meta allows', { policy: 100, reports: [said('TIER_10K')] }, 100],
    ['people want more than Meta allows', { policy: 5_000, reports: [said('TIER_1K')] }, 1_000],
    ['Meta names a tier that nobody knows', { policy: null, reports: [said('TIER_5M')] }, 250],
    ['people set a number and Meta was not read', { policy: 2_000, reports: [] }, 2_000],
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
