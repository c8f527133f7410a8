import { z } from 'zod';
import { filterWord, instant, json, numberId } from './values.contract';

/** One language of a template. */
const templateDetail = z
  .strictObject({
    waba_id: z.string(),
    name: z.string(),
    language: z.string(),
    status: z.string().describe('as WhatsApp names it; only APPROVED can be sent'),
    category: z.string().describe('MARKETING needs a recorded opt-in'),
    parameter_format: z.enum(['POSITIONAL', 'NAMED']),
    parameters: z
      .array(
        z.strictObject({
          component: z.enum(['header', 'body', 'button']),
          index: z.number().int().nullable().describe('of a button'),
          sub_type: z.string().nullable().describe('of a button'),
          name: z.string().describe('number or name of the placeholder'),
          types: z.array(z.string()).readonly(),
          is_optional: z.boolean(),
        }),
      )
      .describe('what has to be given'),
    components: json.describe('as WhatsApp lists them'),
    quality: z.string().nullable(),
    rejected_reason: z.string().nullable(),
    synced_at: instant,
  })
  .meta({ id: 'Template' });

/** All templates that were ever listed, those that are gone with status DELETED. */
export const templateList = z.strictObject({
  items: z.array(templateDetail),
  synced_at: instant.nullable().describe('when all of them were last read; null = not yet'),
  sync_error: z.string().nullable().describe('why the last reading failed'),
  messaging_tier: z
    .string()
    .nullable()
    .describe('how many buyers may be written to first, as WhatsApp names it'),
});

export const templateListQuery = z.strictObject({
  name: filterWord.optional(),
  status: filterWord.optional(),
  number_id: numberId.optional().describe('what this number can send: the templates of its account'),
});

export type TemplateDetail = z.infer<typeof templateDetail>;
export type TemplateList = z.infer<typeof templateList>;
export type TemplateListQuery = z.infer<typeof templateListQuery>;
