import fc from 'fast-check';
import { budgetUse, costsByCategory, judgeBudget, levelOf } from '../../../domain/budget/budget.decide';
import type { MessageCount } from '../../../domain/budget/budget.decide';
import type { BudgetPolicy } from '../../../domain/policy/policy';
import { isTimeZone, monthOf } from '../../../platform/months';

const budget: BudgetPolicy = {
  time_zone: 'UTC',
  currency: 'EUR',
  prices: { service: 0.1, marketing: 0.3 },
  free_service_messages_per_month: 10,
  automated_share: 0.9,
};
const counted = (given: Partial<MessageCount>): MessageCount => ({
  category: 'service',
  authorKind: 'automation',
  sent: 0,
  delivered: 0,
  billable: 0,
  free: 0,
  freeEntry: 0,
  ...given,
});
const costOf = (...counts: MessageCount[]) =>
  [...costsByCategory(counts, budget).values()].reduce((sum, one) => sum + one, 0) / 1e6;
const reply = { category: 'service', authorKind: 'automation', kind: 'reply' } as const;
const byPerson = { category: 'service', authorKind: 'people', kind: 'human' } as const;

describe('what messages cost', () => {
  it.each([
    ['free answers of a month cost nothing', [counted({ sent: 10 })], 0],
    ['those beyond them do', [counted({ sent: 13 })], 0.3],
    [
      'both kinds of author share the free ones',
      [counted({ sent: 8 }), counted({ sent: 5, authorKind: 'people' })],
      0.3,
    ],
    ['what WhatsApp bills is paid, whatever is free', [counted({ sent: 4, billable: 4 })], 0.4],
    ['what WhatsApp calls free uses up the free ones', [counted({ sent: 12, free: 9 })], 0.2],
    ['answers to an ad are free and use up nothing', [counted({ sent: 15, freeEntry: 5 })], 0],
    ['templates have no free ones', [counted({ category: 'marketing', sent: 2 })], 0.6],
    [
      'an unknown category costs what the dearest does',
      [counted({ category: 'group_service', sent: 1 })],
      0.3,
    ],
  ])('%s', (_, counts, cost) => {
    expect(costOf(...counts)).toBe(cost);
  });

  it('never falls with one more message', () => {
    const count = fc
      .record({
        category: fc.constantFrom('service', 'marketing', 'other'),
        authorKind: fc.constantFrom('automation' as const, 'people' as const),
        billable: fc.nat(20),
        free: fc.nat(20),
        freeEntry: fc.nat(20),
        unknown: fc.nat(20),
      })
      .map(({ unknown, ...given }) =>
        counted({ ...given, sent: unknown + given.billable + given.free + given.freeEntry }),
      );
    fc.assert(
      fc.property(fc.array(count, { maxLength: 5 }), (counts) => {
        const { before, after } = judgeBudget(counts, reply, budget);
        expect(after.costMicros).toBeGreaterThanOrEqual(before.costMicros);
        expect(after.messages).toBe(before.messages + 1);
      }),
    );
  });
});

describe('a ceiling', () => {
  const money = { ...budget, free_service_messages_per_month: 0, month_ceiling: 1 };

  it('is reached to the cent, automation first', () => {
    expect(judgeBudget([counted({ sent: 8 })], reply, money).isAllowed).toBe(true);
    expect(judgeBudget([counted({ sent: 9 })], reply, money).isAllowed).toBe(false);
    expect(judgeBudget([counted({ sent: 9 })], byPerson, money).isAllowed).toBe(true);
  });

  it('only warns people, unless the policy stops them too', () => {
    const strict = { ...money, stops_people: true };
    expect(judgeBudget([counted({ sent: 10 })], byPerson, money).isAllowed).toBe(true);
    expect(judgeBudget([counted({ sent: 9 })], byPerson, strict).isAllowed).toBe(true);
    expect(judgeBudget([counted({ sent: 10 })], byPerson, strict).isAllowed).toBe(false);
  });

  it('of messages counts what is free, too; one of money does not stop what costs nothing', () => {
    const few = { ...budget, messages_per_month: 5 };
    expect(judgeBudget([counted({ sent: 4 })], reply, few).isAllowed).toBe(false);
    const spent = [counted({ category: 'marketing', sent: 9 })];
    expect(judgeBudget(spent, reply, { ...budget, month_ceiling: 1 }).isAllowed).toBe(true);
  });

  it('exempts the confirmation of an opt-out, and no assurance', () => {
    const full = [counted({ sent: 20 })];
    expect(judgeBudget(full, { ...reply, kind: 'opt_out_confirmation' }, money).isAllowed).toBe(true);
    expect(judgeBudget(full, { ...reply, kind: 'assurance' }, money).isAllowed).toBe(false);
  });

  it.each([
    [0, 'calm'],
    [71, 'calm'],
    [72, 'nearly_used'],
    [90, 'automation_stopped'],
    [100, 'used_up'],
    [140, 'used_up'],
  ])('at %i of 100 messages is %s', (sent, level) => {
    expect(levelOf(budgetUse([counted({ sent })], { ...budget, messages_per_month: 100 }))).toBe(level);
  });

  it('is none without one', () => {
    expect(levelOf(budgetUse([counted({ sent: 1e6 })], budget))).toBe('calm');
    expect(judgeBudget([counted({ sent: 1e6 })], reply, budget).isAllowed).toBe(true);
  });
});

describe('a month', () => {
  it('begins where its time zone says', () => {
    const newYear = Date.UTC(2027, 0, 1, 2);
    expect(monthOf(newYear, 'UTC')).toBe('2027-01');
    expect(monthOf(newYear, 'America/Sao_Paulo')).toBe('2026-12');
    expect(monthOf(Date.UTC(2026, 9, 31, 23), 'Europe/Berlin')).toBe('2026-11');
    expect([isTimeZone('Asia/Kolkata'), isTimeZone('Nowhere/Atall')]).toEqual([true, false]);
  });
});
