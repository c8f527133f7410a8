import { z } from 'zod';

/** An id of ours. */
export const id = z.guid();
/** An instant in UTC. */
export const instant = z.iso.datetime();
/** The number of a row. */
export const rowId = z.number().int();
/** Kept as it was recorded. */
export const json = z.unknown();
/** An error of WhatsApp in its own words; `class` tells what follows from it. */
export const reportedError = z.strictObject({
  code: z.number().int(),
  title: z.string().nullable(),
  details: z.string().nullable(),
  class: z.string(),
});
/** What a buyer is called, and by whom. */
export const names = z
  .array(
    z.strictObject({
      source: z
        .enum(['hubspot', 'phone app', 'whatsapp'])
        .describe('the linked contact · the contacts of the phone app · the profile of the buyer'),
      name: z.string(),
      first_name: z.string().nullable(),
    }),
  )
  .describe('the word that counts most first');
/** What WhatsApp charges for a message, as far as its statuses told. */
export const pricing = z.strictObject({
  type: z.string().nullable(),
  category: z.string().nullable(),
  billable: z.boolean().nullable(),
  model: z.string().nullable(),
});
/** WhatsApp's own billing conversation. */
export const billedConversation = z.strictObject({
  id: z.string().nullable(),
  origin_type: z.string().nullable(),
  expires_at: instant.nullable(),
});
/** The end of a pause. */
export const pausedUntil = z.union([instant, z.literal('infinity')]).nullable();

const LIMIT_MAX = 200;
const LIMIT_DEFAULT = 50;

/** Which part of a list of numbered rows is wanted; the cursor is the id of the last row of the part before. */
export const page = {
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
  cursor: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
};

const REASON_LENGTH_MAX = 500;

/** Postgres stores neither of what is refused here; both come from broken clients only. */
export const storable = (text: string): boolean => !text.includes('\u0000') && !/\p{Surrogate}/u.test(text);
export const NOT_STORABLE = 'contains a character that cannot be stored';

/** Why something is ordered, for the audit log. */
export const reason = z
  .string()
  .max(REASON_LENGTH_MAX)
  .refine(storable, NOT_STORABLE)
  .optional()
  .describe('why, for the audit log');

/** The same where it must be said: it is the evidence. */
export const why = z
  .string()
  .trim()
  .min(1, 'must say why')
  .max(REASON_LENGTH_MAX)
  .refine(storable, NOT_STORABLE)
  .describe('why, for the audit log');

/** For orders that are refused where another agent has the conversation. */
export const force = z.boolean().optional().describe('also when another agent has the conversation');
