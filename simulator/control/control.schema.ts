import { z } from 'zod';
import { sentMediaSchema } from '../whatsapp/media.store';
import { speechSchema } from '../whatsapp/speech';

/** A person as the webhook shows them. */
export const identitySchema = z
  .strictObject({
    wa_id: z
      .string()
      .regex(/^\d{6,20}$/)
      .optional(),
    /** null = this webhook carries no user id. */
    user_id: z.string().min(1).nullable().optional(),
    name: z.string().optional(),
    username: z.string().optional(),
    parent_user_id: z.string().min(1).optional(),
    /** The user id stands where the phone number belongs, as seen in the wild. */
    user_id_in_from: z.boolean().optional(),
  })
  .refine(
    ({ wa_id, user_id }) => wa_id !== undefined || typeof user_id === 'string',
    'A buyer needs a wa_id or a user_id.',
  );

export const buyerMessageSchema = z.strictObject({
  from: identitySchema,
  phone_number_id: z.string().min(1).optional(),
  display_phone_number: z.string().min(1).optional(),
  /** What is said in short; the body is completed to Meta's form. Instead of `text` or `type` and `body`. */
  says: speechSchema.optional(),
  text: z.string().optional(),
  type: z.string().min(1).optional(),
  body: z.unknown().optional(),
  /** The file of an image, video, audio, document or sticker, instead of a body. */
  media: sentMediaSchema.optional(),
  context: z.looseObject({ id: z.string().optional() }).optional(),
  timestamp_seconds: z.int().positive().optional(),
  copies: z.int().min(1).max(1000).optional(),
  /** Further fields of the message, such as referral or errors. */
  message: z.record(z.string(), z.unknown()).optional(),
  /** `standby`: Meta's own agent has the conversation, and we only hear of the message. */
  field: z.enum(['messages', 'standby']).optional(),
});

export type BuyerMessage = z.infer<typeof buyerMessageSchema>;

export const buyerReadSchema = z
  .strictObject({
    wa_id: z.string().optional(),
    user_id: z.string().optional(),
    message_id: z.string(),
    /** `played` = a voice note was listened to. */
    status: z.enum(['read', 'played']).default('read'),
  })
  .refine(({ wa_id, user_id }) => (wa_id ?? user_id) !== undefined, 'wa_id or user_id is required.');

export const rawWebhookSchema = z.strictObject({
  payload: z.unknown(),
  copies: z.int().min(1).max(1000).optional(),
});

export const handshakeSchema = z.strictObject({
  verify_token: z.string().optional(),
  challenge: z.string().optional(),
  mode: z.string().optional(),
});

export const templateSchema = z.strictObject({
  name: z.string().min(1),
  language: z.string().min(1),
  status: z.string().default('APPROVED'),
  category: z.string().default('UTILITY'),
  components: z.unknown().default([]),
  parameter_format: z.enum(['POSITIONAL', 'NAMED']).default('POSITIONAL'),
  quality_score: z.string().default('UNKNOWN'),
});

export const reviewSchema = z.strictObject({
  name: z.string().min(1),
  language: z.string().min(1),
  status: z.enum(['APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'DISABLED', 'IN_APPEAL']).optional(),
  /** Why it was rejected or halted, such as INVALID_FORMAT or SECOND_PAUSE. */
  reason: z.string().optional(),
  category: z.enum(['MARKETING', 'UTILITY', 'AUTHENTICATION']).optional(),
  quality_score: z.enum(['GREEN', 'YELLOW', 'RED', 'UNKNOWN']).optional(),
});

export const numberSchema = z.strictObject({
  id: z.string().min(1),
  display_phone_number: z.string().min(1).optional(),
  quality_rating: z.enum(['GREEN', 'YELLOW', 'RED', 'UNKNOWN']).optional(),
  status: z.string().optional(),
  throughput_per_second: z.int().positive().optional(),
});

export const buyerStateSchema = z
  .strictObject({
    wa_id: z.string().optional(),
    user_id: z.string().optional(),
    is_unreachable: z.boolean().optional(),
    has_stopped_marketing: z.boolean().optional(),
  })
  .refine(({ wa_id, user_id }) => (wa_id ?? user_id) !== undefined, 'wa_id or user_id is required.');

export const clockSchema = z.strictObject({ advance_ms: z.int().nonnegative() });

export const ownerSchema = z.strictObject({
  id: z.string().regex(/^\d+$/).optional(),
  email: z.email(),
  first_name: z.string(),
  last_name: z.string(),
});
