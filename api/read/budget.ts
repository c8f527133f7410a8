import {
  budgetUse,
  costsByCategory,
  fromMicros,
  levelOf,
  priceMicros,
  usedShareOf,
} from '../../domain/budget/budget.decide';
import type { BudgetLevel, MessageCount } from '../../domain/budget/budget.decide';
import { budgetOfNumber } from '../../domain/policy/policy';
import type { BudgetPolicy } from '../../domain/policy/policy';
import type { Database } from '../../platform/database';
import { onlyRow } from '../../platform/database';
import { monthOf } from '../../platform/months';
import { readCounts } from '../../store/budget.store';
import { readActivePolicy } from '../../store/policy.store';
import type { BudgetShort, NumberBudget } from '../contract';

/** What a number sent in a month and what that comes to. */
export async function readNumberBudget(
  database: Database,
  of: { readonly phoneNumberId: string; readonly month: string | null },
): Promise<NumberBudget> {
  const termsOf = await readTerms(database);
  const { budget, month: now } = termsOf(of.phoneNumberId);
  const month = of.month ?? now;
  const counts = await readCounts(database, { phoneNumberId: of.phoneNumberId, month });
  return {
    number_id: of.phoneNumberId,
    ...useOf(counts, budget, month),
    time_zone: budget.time_zone,
    ceilings: {
      money: budget.month_ceiling ?? null,
      messages: budget.messages_per_month ?? null,
      automated_share: budget.automated_share,
      stops_people: budget.stops_people ?? false,
    },
    free_service_messages: budget.free_service_messages_per_month,
    categories: categoriesOf(counts, budget),
  };
}

/** Reads the terms of this month once; what it gives tells how much of its budget a number has used. */
export async function budgetReader(
  database: Database,
): Promise<(phoneNumberId: string) => Promise<BudgetShort>> {
  const termsOf = await readTerms(database);
  return async (phoneNumberId) => {
    const { budget, month } = termsOf(phoneNumberId);
    return useOf(await readCounts(database, { phoneNumberId, month }), budget, month);
  };
}

/** How the month stands of the number that a conversation is led through. */
export async function readBudgetLevel(database: Database, conversationId: string): Promise<BudgetLevel> {
  const { rows } = await database.query<{ number_id: string }>(
    'select phone_number_id as number_id from conversation where id = $1',
    [conversationId],
  );
  const numberId = rows[0]?.number_id;
  if (numberId === undefined) return 'calm';
  const readBudget = await budgetReader(database);
  return (await readBudget(numberId)).level;
}

type Terms = { readonly budget: BudgetPolicy; readonly month: string };

async function readTerms(database: Database): Promise<(phoneNumberId: string) => Terms> {
  const active = await readActivePolicy(database);
  const now = await database.query<{ ms: number }>('select to_ms(now()) as ms');
  const nowMs = onlyRow(now).ms;
  return (phoneNumberId) => {
    const budget = budgetOfNumber(active?.policy ?? {}, phoneNumberId);
    return { budget, month: monthOf(nowMs, budget.time_zone) };
  };
}

function useOf(counts: readonly MessageCount[], budget: BudgetPolicy, month: string): BudgetShort {
  const use = budgetUse(counts, budget);
  return {
    month,
    currency: budget.currency,
    messages: use.messages,
    cost: fromMicros(use.costMicros),
    used_share: usedShareOf(use),
    level: levelOf(use),
  };
}

function categoriesOf(counts: readonly MessageCount[], budget: BudgetPolicy): NumberBudget['categories'] {
  return [...costsByCategory(counts, budget)].map(([category, costMicros]) => ({
    category,
    price: fromMicros(priceMicros(category, budget)),
    cost: fromMicros(costMicros),
    by: counts
      .filter((one) => one.category === category)
      .map(({ authorKind, sent, delivered, billable, free, freeEntry }) => ({
        author_kind: authorKind,
        sent,
        delivered,
        billable,
        free,
        free_entry: freeEntry,
      })),
  }));
}
