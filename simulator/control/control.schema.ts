import { z } from 'zod';

const identity = z
  .strictObject({
    wa_id: z
      .string()
      .regex(/^\d{6,20}$/)
      .optional(),
    /** null = this webhook carries no user id. */
    user_id: z.string().min(1).nullable().optional(),
    name: z.string().optional(),
    username: z.string().optional(),
  })
  .refine(
    ({ wa_id, user_id }) => wa_id !== undefined || typeof user_id === 'string',
    'A buyer needs a wa_id or a user_id.',
  );

export const buyerMessageSchema = z.strictObject({
  from: identity,
  phone_number_id: z.string().min(1).optional(),
  display_phone_number: z.string().min(1).optional(),
  text: z.string().optional(),
  type: z.string().min(1).optional(),
  body: z.unknown().optional(),
  context: z.looseObject({ id: z.string().optional() }).optional(),
  timestamp_seconds: z.int().positive().optional(),
  copies: z.int().min(1).max(1000).optional(),
  /** Further fields of the message, such as referral or errors. */
  message: z.record(z.string(), z.unknown()).optional(),
});

export type BuyerMessage = z.infer<typeof buyerMessageSchema>;

export const buyerReadSchema = z
  .strictObject({
    wa_id: z.string().optional(),
    user_id: z.string().optional(),
    message_id: z.string(),
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
});

export const ownerSchema = z.strictObject({
  id: z.string().regex(/^\d+$/).optional(),
  email: z.email(),
  first_name: z.string(),
  last_name: z.string(),
});
