import { z } from 'zod';
import { speechSchema } from '../whatsapp/speech';
import { identitySchema } from './control.schema';

const phoneNumberId = z.string().min(1).optional();
const who = identitySchema;

/** Somebody of the business writes on the phone app. */
export const echoSchema = z
  .strictObject({
    to: who,
    text: z.string().optional(),
    says: speechSchema.optional(),
    phone_number_id: phoneNumberId,
    context: z.looseObject({ id: z.string().optional() }).optional(),
    timestamp_seconds: z.int().positive().optional(),
    copies: z.int().min(1).max(1000).optional(),
  })
  .refine(
    ({ text, says }) => (text === undefined) !== (says === undefined),
    'Either text or says is required.',
  );

/** A buyer gets another number or user id, or another phone. */
export const identityChangeSchema = z.strictObject({
  of: who,
  kind: z.enum([
    'user_changed_number',
    'user_changed_user_id',
    'customer_changed_number',
    'customer_identity_changed',
  ]),
  new_wa_id: z
    .string()
    .regex(/^\d{6,20}$/)
    .optional(),
  new_user_id: z.string().min(1).optional(),
  new_parent_user_id: z.string().min(1).optional(),
  previous_parent_user_id: z.string().min(1).optional(),
  /** The report does not name the new phone; it shows with a later message. */
  hide_new_phone: z.boolean().optional(),
  phone_number_id: phoneNumberId,
  copies: z.int().min(1).max(1000).optional(),
});

const pastMessage = z
  .strictObject({
    from: z.enum(['buyer', 'us']),
    text: z.string().optional(),
    says: speechSchema.optional(),
    seconds_ago: z.number().nonnegative(),
    status: z.enum(['PENDING', 'SENT', 'DELIVERED', 'READ', 'PLAYED', 'ERROR']).optional(),
  })
  .refine(
    ({ text, says }) => (text === undefined) !== (says === undefined),
    'Either text or says is required.',
  );

/** The past of the phone app, shared once after the number was connected. */
export const historySchema = z.strictObject({
  threads: z.array(z.strictObject({ with: who, messages: z.array(pastMessage).min(1) })).default([]),
  /** Over how many webhooks the messages are spread. */
  chunks: z.int().min(1).max(1000).default(1),
  order: z.enum(['forward', 'backward', 'shuffled']).default('forward'),
  phase: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(0),
  /** Pictures come as placeholders first, and as messages of their own afterwards. */
  late_media: z.boolean().default(false),
  /** The business did not want to share its past: one error instead of messages. */
  declined: z.boolean().default(false),
  phone_number_id: phoneNumberId,
});

/** The address book of the phone app changed. */
export const appContactSchema = z.strictObject({
  contact: who,
  action: z.enum(['add', 'remove']).default('add'),
  phone_number_id: phoneNumberId,
});

/** A buyer chooses in WhatsApp itself what they want to get. */
export const preferenceSchema = z.strictObject({
  of: who,
  value: z.string().min(1),
  category: z.string().min(1).default('marketing_messages'),
  phone_number_id: phoneNumberId,
});

/** A buyer calls a business number. */
export const buyerCallSchema = z.strictObject({
  from: who,
  phone_number_id: phoneNumberId,
  timestamp_seconds: z.int().positive().optional(),
  copies: z.int().min(1).max(1000).optional(),
});

/** Anything else Meta reports; without a value, an example of the field. */
export const fieldReportSchema = z.strictObject({
  field: z.string().min(1),
  value: z.record(z.string(), z.unknown()).optional(),
  phone_number_id: phoneNumberId,
  copies: z.int().min(1).max(1000).optional(),
});

export type EchoInput = z.infer<typeof echoSchema>;
export type IdentityChangeInput = z.infer<typeof identityChangeSchema>;
export type HistoryInput = z.infer<typeof historySchema>;
export type AppContactInput = z.infer<typeof appContactSchema>;
export type BuyerCallInput = z.infer<typeof buyerCallSchema>;
export type PreferenceInput = z.infer<typeof preferenceSchema>;
export type FieldReportInput = z.infer<typeof fieldReportSchema>;
