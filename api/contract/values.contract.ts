import { z } from 'zod';

/** An id of ours. */
export const id = z.guid();

/** Postgres stores neither of what is refused here; both come from broken clients only. */
export const storable = (text: string): boolean => !text.includes('\u0000') && !/\p{Surrogate}/u.test(text);
export const NOT_STORABLE = 'contains a character that cannot be stored';

const GIVEN_FROM_MS = Date.UTC(1970, 0, 1);
const GIVEN_TO_MS = Date.UTC(9999, 0, 1);
/** An instant that a caller gives, with any offset. */
export const givenInstant = z.iso
  .datetime({ offset: true })
  .refine((given) => Date.parse(given) >= GIVEN_FROM_MS && Date.parse(given) < GIVEN_TO_MS, {
    error: 'must lie between the years 1970 and 9998',
  });
/** The id of one of our numbers, as WhatsApp gives it. */
export const numberId = z.string().regex(/^\d{1,32}$/, 'must be the id of a number, see GET /v1/numbers');
/** A word to filter by. */
export const filterWord = z.string().min(1).max(200).refine(storable, NOT_STORABLE);

/** The one parameter of an address: an id of ours, the number of a row, or the id of a number. */
export const idParam = z.strictObject({ id: id.toLowerCase() });
export const rowParam = z.strictObject({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number),
});
export const numberParam = z.strictObject({ id: numberId });
/** An instant in UTC. */
export const instant = z.iso.datetime();
/** The number of a row. */
export const rowId = z.number().int();
/** Kept as it was recorded. */
export const json = z.unknown();
/** An error of WhatsApp in its own words; `class` tells what follows from it. */
export const reportedError = z
  .strictObject({
    code: z.number().int(),
    title: z.string().nullable(),
    details: z.string().nullable(),
    class: z.string(),
  })
  .meta({ id: 'ReportedError' });
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
/** What came with a time that cannot be. */
export const doubt = z
  .enum(['time'])
  .nullable()
  .describe('time = the time that came with it cannot be, so that of its arrival stands in its place');
/** What WhatsApp charges for a message, as far as its statuses told. */
export const pricing = z
  .strictObject({
    type: z.string().nullable(),
    category: z.string().nullable(),
    billable: z.boolean().nullable(),
    model: z.string().nullable(),
  })
  .meta({ id: 'Pricing' });
/** WhatsApp's own billing conversation. */
export const billedConversation = z
  .strictObject({
    id: z.string().nullable(),
    origin_type: z.string().nullable(),
    expires_at: instant.nullable(),
  })
  .meta({ id: 'BilledConversation' });
/** The end of a pause. */
export const pausedUntil = z.union([instant, z.literal('infinity')]).nullable();

const REASON_LENGTH_MAX = 500;

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
