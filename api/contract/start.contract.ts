import { z } from 'zod';
import { classifyIdentifier } from '../../domain/identity/identifier';
import { templateContent } from './message.contract';
import { force, givenInstant, reason, why } from './values.contract';

/** Writing first: to whom, from which number, what, and why that is allowed. */
export const startConversationRequest = z
  .strictObject({
    number_id: z.string().regex(/^\d{5,}$/, 'must be the id of one of our numbers, see GET /v1/numbers'),
    phone: z.string().min(1).max(40).optional().describe('with country code, in any spelling'),
    user_id: z
      .string()
      .refine((value) => ['bsuid', 'parent_bsuid'].includes(classifyIdentifier(value)), {
        error: 'must be a user id of WhatsApp, such as US.13491208655302741918',
      })
      .optional(),
    template: templateContent,
    opt_in: z.strictObject({
      how: why.describe('the way in which the buyer agreed, such as "web form"'),
      when: givenInstant.describe('when they agreed'),
      evidence: why.describe('what proves it, such as the number of an order'),
    }),
    expects_answer: z.boolean().optional().describe('whether it asks the buyer something'),
    reason,
    force,
  })
  .refine(({ phone, user_id: userId }) => (phone === undefined) !== (userId === undefined), {
    path: ['phone'],
    error: 'send either "phone" or "user_id"',
  })
  .meta({
    examples: [
      {
        number_id: '100000000000001',
        phone: '+1 202 555 0123',
        template: { name: 'order_ready', language: { code: 'en_US' } },
        opt_in: { how: 'web form', when: '2026-11-20T10:00:00Z', evidence: 'order 4711' },
      },
    ],
  });
