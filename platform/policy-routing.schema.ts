import { z } from 'zod';
import { intentCovers } from '../domain/route/route.rules';
import { UNDERSTANDING_CODES } from '../domain/understanding/understood';
import { DAY_SECONDS, fixedText, milliseconds, text } from './policy-values.schema';

const intent = z.string().refine((value) => UNDERSTANDING_CODES.some((code) => intentCovers(value, code)), {
  error: `is not a known intent; use one of ${UNDERSTANDING_CODES.join(', ')} or their first part`,
});

const ruleThen = z
  .strictObject({
    by: z.enum(['automation', 'human'], { error: 'must be automation or human' }),
    reply: z.strictObject({ text, expects_answer: z.boolean() }).optional(),
  })
  .superRefine((then, context) => {
    if (then.by === 'automation' && then.reply === undefined)
      context.addIssue({
        code: 'custom',
        path: ['reply'],
        message: 'is missing, but automation cannot answer without a text; add reply or set by: human',
      });
    if (then.by === 'human' && then.reply !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['reply'],
        message: 'would never be sent, as a person answers; remove it or set by: automation',
      });
  });

const rule = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/,
      'must be lower-case letters, digits, - and _, such as price-question',
    ),
  when: z.strictObject({
    intents: z.array(intent).min(1, 'is empty and would never match; remove it or name an intent').optional(),
    identity: z
      .array(z.enum(['linked', 'created', 'ambiguous', 'unknown']))
      .min(1, 'is empty and would never match; remove it or name a status')
      .optional(),
    deal_stages: z
      .array(z.string().min(1, 'is empty; name a deal stage'))
      .min(1, 'is empty and would never match; remove it or name a stage')
      .optional(),
    has_open_deal: z.boolean().optional(),
    first_contact: z.boolean().optional(),
    urgency_min: z.literal([0, 1, 2, 3], { error: 'must be 0, 1, 2 or 3' }).optional(),
  }),
  then: ruleThen,
});

const respondWithin = milliseconds({
  min: 0,
  max: 7 * DAY_SECONDS * 1000,
  why: 'how soon a turn of this urgency should be answered',
});

/** Who answers which turn, as the policy document says it. */
export const routing = z.strictObject({
  rules: z.array(rule).superRefine((rules, context) => {
    rules.forEach(({ name }, index) => {
      if (rules.findIndex((other) => other.name === name) !== index)
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `"${name}" is used twice, and decisions name their rule; choose another name`,
        });
    });
  }),
  fallback: ruleThen,
  respond_within_ms_by_urgency: z
    .tuple([respondWithin, respondWithin, respondWithin, respondWithin], {
      error: 'must be four numbers, for the urgencies 0, 1, 2 and 3',
    })
    .refine(([calm, soon, urgent, now]) => calm >= soon && soon >= urgent && urgent >= now, {
      error: 'must not grow from urgency 0 to 3; put the longest time first',
    }),
  assurance: z.strictObject({ text: fixedText }).optional(),
  opt_out: z
    .strictObject({
      confirmation: z.strictObject({ text: fixedText }).optional(),
      question: z.strictObject({ text }).optional(),
    })
    .optional(),
});
