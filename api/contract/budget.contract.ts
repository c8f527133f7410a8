import { z } from 'zod';

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month, such as 2026-11');
const count = z.number().int();

export const budgetQuery = z.strictObject({
  month: month.optional().describe('in the time zone of the budget; left out = this month'),
});

const BUDGET_LEVELS = ['calm', 'nearly_used', 'automation_stopped', 'used_up'] as const;

const use = {
  month,
  currency: z.string(),
  messages: count.describe('left, or may have left'),
  cost: z.number().describe('estimated from the price list of the policy and from what WhatsApp reported'),
  used_share: z.number().describe('of the ceiling that is nearest; 0 without one'),
  level: z.enum(BUDGET_LEVELS).describe('nearly_used = 80 % of what automation may use'),
};

/** How much of its budget a number has used this month. */
export const budgetShort = z.strictObject(use);

/** What a number sent in a month, and what it comes to. */
export const numberBudget = z.strictObject({
  number_id: z.string(),
  ...use,
  time_zone: z.string(),
  ceilings: z.strictObject({
    money: z.number().nullable(),
    messages: count.nullable(),
    automated_share: z.number().describe('automation stops when so much of a ceiling is used'),
    stops_people: z.boolean(),
  }),
  free_service_messages: count.describe('of each month'),
  categories: z.array(
    z.strictObject({
      category: z.string().describe('as WhatsApp calls it; the list is open'),
      price: z.number().describe('of one message'),
      cost: z.number(),
      by: z.array(
        z.strictObject({
          author_kind: z.enum(['automation', 'people']).describe('an approved draft counts as people’s'),
          sent: count.describe('left, or may have left'),
          delivered: count,
          billable: count.describe('WhatsApp says that it bills them'),
          free: count.describe('WhatsApp says: within the free messages of the month'),
          free_entry: count.describe('WhatsApp says: free after an ad'),
        }),
      ),
    }),
  ),
});

export type BudgetShort = z.infer<typeof budgetShort>;
export type NumberBudget = z.infer<typeof numberBudget>;
