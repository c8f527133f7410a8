import type { BudgetPolicy } from '../policy/policy';
import type { SendKind } from '../vocabulary';

/*
 * What messages cost, and whether one more may leave. Money is counted in millionths, as whole numbers: prices are
 * fractions of a cent, and sums of fractions would miss a ceiling by a hair.
 */

/** Who ordered a message: an approved draft is a person's order. */
export type AuthorKind = 'automation' | 'people';

/** Messages of one number and month, of one category and kind of author. */
export type MessageCount = {
  readonly category: string;
  readonly authorKind: AuthorKind;
  /** Left, or may have left. */
  readonly sent: number;
  readonly delivered: number;
  /** WhatsApp said that it bills them. */
  readonly billable: number;
  /** WhatsApp said that they are within the free allowance. */
  readonly free: number;
  /** WhatsApp said that they are free as answers to an ad. */
  readonly freeEntry: number;
};

/** What a month of one number comes to. */
export type BudgetUse = {
  readonly messages: number;
  readonly costMicros: number;
  /** The share of each ceiling that is used; 0 without one. */
  readonly messageShare: number;
  readonly costShare: number;
  /** The share at which automation stops. */
  readonly automatedShare: number;
};

/** Beyond which a person is told: automation is about to stop, has stopped, or all of it is used. */
export type BudgetLevel = 'calm' | 'nearly_used' | 'automation_stopped' | 'used_up';

/** So much of what automation may use is left when people are told that it will stop. */
const WARN_SHARE = 0.8;
/** A product of two shares may miss by a hair. */
const ROUNDING = 1e-9;
const MICROS = 1_000_000;
/** Free-form messages: the only ones with an allowance. */
export const SERVICE = 'service';

/** The estimated cost of each category, in millionths of the currency. */
export function costsByCategory(counts: readonly MessageCount[], budget: BudgetPolicy): Map<string, number> {
  const costs = new Map<string, number>();
  for (const category of new Set(counts.map((one) => one.category)))
    costs.set(category, payable(ofCategory(counts, category), budget) * priceMicros(category, budget));
  return costs;
}

/** Messages that will be paid: those WhatsApp bills, and those it has not spoken of beyond the free allowance. */
function payable(counts: readonly MessageCount[], budget: BudgetPolicy): number {
  const billable = sum(counts, (one) => one.billable);
  const free = sum(counts, (one) => one.free);
  const unknown = sum(counts, (one) => one.sent - one.billable - one.free - one.freeEntry);
  const isService = counts[0]?.category === SERVICE;
  const freeLeft = isService ? Math.max(0, budget.free_service_messages_per_month - free) : 0;
  return billable + Math.max(0, unknown - freeLeft);
}

/** A category that the price list does not name costs what the dearest does: a ceiling must not be passed unseen. */
export function priceMicros(category: string, budget: BudgetPolicy): number {
  const price = budget.prices[category] ?? Math.max(0, ...Object.values(budget.prices));
  return Math.round(price * MICROS);
}

/** What the messages come to, and how much of the ceilings they use. */
export function budgetUse(counts: readonly MessageCount[], budget: BudgetPolicy): BudgetUse {
  const messages = sum(counts, (one) => one.sent);
  const costMicros = sum([...costsByCategory(counts, budget).values()], (cost) => cost);
  return {
    messages,
    costMicros,
    messageShare: shareOf(messages, budget.messages_per_month),
    costShare: shareOf(
      costMicros,
      budget.month_ceiling === undefined ? undefined : toMicros(budget.month_ceiling),
    ),
    automatedShare: budget.automated_share,
  };
}

/** Whether one more message may leave, and what is used without and with it. */
export type BudgetJudgement = {
  readonly isAllowed: boolean;
  readonly before: BudgetUse;
  readonly after: BudgetUse;
};

/**
 * Judges one more message. A ceiling stops what would pass it; people are stopped only where the policy says so, and
 * later than automation. The confirmation of an opt-out is exempt: a buyer gets it once and then nothing more, so it
 * cannot run up costs, and without it nobody knows whether the wish was understood. An assurance is not: each ceiling
 * that is reached hands conversations over to people, so assurances would go on costing when everything else stopped.
 */
export function judgeBudget(
  counts: readonly MessageCount[],
  one: { readonly category: string; readonly authorKind: AuthorKind; readonly kind: SendKind },
  budget: BudgetPolicy,
): BudgetJudgement {
  const { category, authorKind } = one;
  const more = { category, authorKind, sent: 1, delivered: 0, billable: 0, free: 0, freeEntry: 0 };
  const before = budgetUse(counts, budget);
  const after = budgetUse([...counts, more], budget);
  const isByPeople = authorKind === 'people';
  const isExempt = one.kind === 'opt_out_confirmation' || (isByPeople && budget.stops_people !== true);
  return {
    isAllowed: isExempt || !passesCeiling(before, after, isByPeople ? 1 : budget.automated_share),
    before,
    after,
  };
}

/** A message that costs nothing passes no ceiling of money. */
function passesCeiling(before: BudgetUse, after: BudgetUse, limit: number): boolean {
  return after.messageShare > limit || (after.costShare > limit && after.costMicros > before.costMicros);
}

/** How far a month has come; automation is told of by its own share, which it reaches before people reach theirs. */
export function levelOf(use: BudgetUse): BudgetLevel {
  const share = usedShareOf(use);
  if (share === 0) return 'calm';
  if (share >= 1) return 'used_up';
  if (share >= use.automatedShare) return 'automation_stopped';
  return share + ROUNDING >= WARN_SHARE * use.automatedShare ? 'nearly_used' : 'calm';
}

/** The share that is used of the ceiling that is nearest. */
export function usedShareOf(use: BudgetUse): number {
  return Math.max(use.messageShare, use.costShare);
}

/** Millionths as an amount of the currency. */
export function fromMicros(micros: number): number {
  return micros / MICROS;
}

function toMicros(amount: number): number {
  return Math.round(amount * MICROS);
}

/** A ceiling of 0 is used up from the start; then only what costs nothing leaves. */
function shareOf(used: number, ceiling: number | undefined): number {
  if (ceiling === undefined) return 0;
  return ceiling === 0 ? 1 : used / ceiling;
}

function ofCategory(counts: readonly MessageCount[], category: string): MessageCount[] {
  return counts.filter((one) => one.category === category);
}

function sum<Item>(items: readonly Item[], valueOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0);
}
