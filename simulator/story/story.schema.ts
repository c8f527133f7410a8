import { z } from 'zod';
import { durationSchema } from './duration';

const phone = z
  .string()
  .transform((value) => value.replaceAll(/[^\d]/g, ''))
  .refine((digits) => /^\d{6,20}$/.test(digits), 'Write a phone number such as "+44 7700 900123".');
const count = z.int().nonnegative();
const textOrTexts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

export const SHOWN = ['phone', 'user id', 'phone and user id', 'user id in from'] as const;

const buyer = z
  .strictObject({
    phone: phone.optional(),
    name: z.string().min(1).optional(),
    user_id: z.string().min(1).optional(),
    parent_user_id: z.string().min(1).optional(),
    username: z.string().min(1).optional(),
    /** What the webhooks show of this buyer. */
    shows: z.enum(SHOWN).optional(),
  })
  .refine(
    (one) => one.phone !== undefined || one.user_id !== undefined,
    'A buyer needs a phone, a user_id or both.',
  );

/** The head of a story; the lines of the chat are read one by one. */
export const storySchema = z.strictObject({
  story: z.string().min(1),
  about: z.string().optional(),
  /** How much faster than life the pauses pass. */
  speed: z.number().positive().optional(),
  numbers: z
    .record(
      z.string(),
      z.string().regex(/^\d+$/, 'Write the phone number id in quotes, such as "100000000000001".'),
    )
    .default({ sales: '100000000000001' }),
  buyers: z.record(z.string(), buyer),
  chat: z.array(z.record(z.string(), z.unknown())).min(1),
});

export type BuyerSheet = z.infer<typeof buyer>;

const fault = z.looseObject({ kind: z.string() });
const faults = z.union([fault, z.array(fault)]).transform((value) => [value].flat());

const faultFields = z.strictObject({
  duplicates: count.optional(),
  same_item_again: count.optional(),
  batches_of: z.int().min(1).optional(),
  reorder: z.enum(['statuses', 'everything']).optional(),
  repeat_statuses: count.optional(),
  slow_bodies: z.boolean().optional(),
  webhook: faults.optional(),
  whatsapp: faults.optional(),
  hubspot: faults.optional(),
});

export type Faults = z.output<typeof faultFields>;

/** What goes wrong from now on; each such line replaces the one before. */
export const faultsSchema = z.union([z.literal('none').transform((): Faults => ({})), faultFields]);

/** What must be true, of the buyer in question and of the house. */
export const expectSchema = z
  .strictObject({
    /** Automated answers that left. */
    answers: count.optional(),
    follow_ups: count.optional(),
    /** Messages of agents through Continuo that left. */
    by_agent: count.optional(),
    nothing_sent: z.literal(true).optional(),
    /** Everything the business says on the buyer's phone, in order: parts of the texts, or /patterns/. */
    phone_shows: z.array(z.string()).optional(),
    owner: z.string().optional(),
    needs_human: z.boolean().optional(),
    /** What Continuo calls the buyer. */
    named: z.string().optional(),
    conversations: count.optional(),
    /** Messages of the buyer that are kept. */
    kept: count.optional(),
    /** Texts that stand in the conversation as it is now. */
    says: textOrTexts.optional(),
    edited: count.optional(),
    taken_back: count.optional(),
    reactions: z.array(z.string()).optional(),
    decided: textOrTexts.optional(),
    opted_out: z.boolean().optional(),
    contact: z.enum(['created', 'linked', 'ambiguous', 'unknown', 'none']).optional(),
    hubspot_contacts: count.optional(),
    hubspot_logs: count.optional(),
    /** Items of webhooks, since the story began, that Continuo keeps without having understood them. */
    not_understood: count.optional(),
    account_reports: textOrTexts.optional(),
    /** Name of the number in question; default: the one this buyer used last. */
    on: z.string().optional(),
    /** How long it may take, and how long it must stay true; of the real clock. */
    within: durationSchema.optional(),
    for: durationSchema.optional(),
  })
  .refine(
    (given) => Object.keys(given).some((name) => !['on', 'within', 'for'].includes(name)),
    'Expect at least one thing.',
  );

export type Expectation = z.output<typeof expectSchema>;

export const historySchema = z.strictObject({
  with: z.string(),
  lines: z.array(z.record(z.string(), z.unknown())).default([]),
  /** How long ago the last line was said; each line before it an hour earlier. */
  ago: durationSchema.default(30 * 86_400_000),
  chunks: z.int().min(1).optional(),
  order: z.enum(['forward', 'backward', 'shuffled']).optional(),
  late_media: z.boolean().optional(),
  declined: z.boolean().optional(),
});

export const metaSchema = z.union([
  z.strictObject({ field: z.string().min(1), value: z.record(z.string(), z.unknown()).optional() }),
  z.strictObject({ raw: z.unknown() }),
]);

export { phone as phoneSchema };
