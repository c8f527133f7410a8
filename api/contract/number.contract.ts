import { z } from 'zod';
import { budgetShort } from './budget.contract';
import { orderAnswer } from './order.contract';
import { instant, json, reason } from './values.contract';

const scope = z.enum(['number', 'app']).describe('app = holds for all numbers at once');

const held = z
  .strictObject({
    value: z.string(),
    since: instant,
    previous: z.strictObject({ value: z.string(), since: instant }).nullable(),
  })
  .nullable();

/** A number and what holds back what it sends. */
export const numberDetail = z
  .strictObject({
    id: z.string(),
    display_phone_number: z.string().nullable(),
    mode: z.enum(['observe', 'draft', 'live']),
    mode_chosen_by: z.string().nullable().describe('null = the policy decides it'),
    mode_chosen_at: instant.nullable(),
    is_switched_off: z.boolean().describe('a kill switch of everything or of this number is thrown'),
    budget: budgetShort,
    stopped: z
      .strictObject({
        scope,
        reason_code: z.string(),
        explanation: z.string(),
        since: instant,
        error: json.describe('what WhatsApp answered'),
      })
      .nullable()
      .describe('nothing leaves until a person resumes; what is planned stays planned'),
    back_off: z
      .strictObject({
        scope,
        reason_code: z.string().nullable(),
        until: instant,
        refusals: z.number().int().describe('in a row'),
      })
      .nullable(),
    waba_id: z.string().nullable().describe('the account it belongs to; null = no webhook told yet'),
    quality: held.describe('FLAGGED or UNFLAGGED, as WhatsApp reported; null = never'),
    messaging_limit: held.describe(
      'how many buyers may be written to first, as WhatsApp reported it with this number',
    ),
    capability: z
      .strictObject({
        first_contacts_of_business: z.string().nullable(),
        first_contacts_of_number: z.string().nullable(),
        numbers_max: z.string().nullable(),
        reported_at: instant,
      })
      .nullable()
      .describe('what WhatsApp allows the business, as last reported'),
    waiting_sends: z.number().int().describe('messages that are planned and have not left'),
  })
  .meta({ id: 'NumberDetail' });

export const numberList = z.strictObject({ items: z.array(numberDetail) });

export const resumeNumberRequest = z.strictObject({
  reason,
});
/** See GET /v1/numbers for what holds it back still. */
export const resumeNumberAnswer = orderAnswer('resume_number').extend({ id: z.string() });

export type NumberDetail = z.infer<typeof numberDetail>;
