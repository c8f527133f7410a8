import { z } from 'zod';
import { placeholdersOf } from '../domain/route/render';
import { MESSAGE_LIMITS } from '../domain/send/outgoing-message';

/*
 * Values that several parts of the policy document have in common.
 */

const PLACEHOLDERS = ['first_name', 'deal_name'];
export const DAY_SECONDS = 86_400;

/** Words that a buyer gets, with the placeholders that are known. */
export const text = z
  .string()
  .trim()
  .min(1, 'is empty; write the text that the buyer gets')
  .max(
    MESSAGE_LIMITS.text,
    `is longer than ${MESSAGE_LIMITS.text} characters, which WhatsApp refuses; shorten it`,
  )
  .superRefine((template, context) => {
    for (const { name } of placeholdersOf(template).filter(({ name }) => !PLACEHOLDERS.includes(name)))
      context.addIssue({
        code: 'custom',
        message: `has the unknown placeholder {${name}}; use ${PLACEHOLDERS.map((known) => `{${known}}`).join(' or ')}, with a default as in {first_name|there}`,
      });
    if (/[{}]/.test(template.replace(/\{[^{}]*\}/g, '')))
      context.addIssue({ code: 'custom', message: 'has a brace without its partner; remove or close it' });
  });

/** Said in situations in which nothing is known for certain, so it has no placeholders. */
export const fixedText = text.refine((words) => !/[{}]/.test(words), {
  error: 'has a placeholder, but this text is sent as it stands; write it without',
});

/** A time within limits, which `why` explains to whoever is outside of them. */
export function seconds(limits: { min: number; max: number; why: string }) {
  return z
    .number()
    .min(limits.min, `is below ${limits.min}: ${limits.why}; raise it`)
    .max(limits.max, `is above ${limits.max}: ${limits.why}; lower it`);
}

/** The same in whole milliseconds. */
export const milliseconds = (limits: { min: number; max: number; why: string }) =>
  seconds(limits).int('must be a whole number of milliseconds');

/** A language of templates. */
export const language = z
  .string()
  .regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'must be a language as WhatsApp writes it, such as en_US');

/** An approved template with its values. */
export const policyTemplate = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/, 'must be lower-case letters, digits and _'),
  language,
  parameters: z.union([z.array(text), z.record(z.string().min(1), text)]).optional(),
});
