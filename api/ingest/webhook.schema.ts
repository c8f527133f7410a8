import { z } from 'zod';

// Tolerant on purpose: all identity fields are optional, objects keep what is unknown, and no list of types is closed.
const object = z.record(z.string(), z.unknown());
const text = z.string().min(1).optional().catch(undefined);

const contact = z.looseObject({
  wa_id: text,
  user_id: text,
  parent_user_id: text,
  profile: z.looseObject({ name: text, username: text }).optional().catch(undefined),
});

/** Someone's identifiers and names as one webhook reports them. */
export type WebhookContact = z.infer<typeof contact>;

const value = z.looseObject({
  metadata: z.looseObject({ phone_number_id: text, display_phone_number: text }).optional().catch(undefined),
  contacts: z.array(contact.catch({})).optional().catch(undefined),
  messages: z.array(z.unknown()).optional().catch(undefined),
  statuses: z.array(z.unknown()).optional().catch(undefined),
  message_echoes: z.array(z.unknown()).optional().catch(undefined),
});

export type ChangeValue = z.infer<typeof value>;

/** One change of a webhook body; anything that is not shaped like one is kept raw. */
export const changeSchema = z.looseObject({ field: z.string(), value });

/** The outer form of a webhook body. */
export const envelopeSchema = z.looseObject({
  entry: z.array(z.looseObject({ id: text, changes: z.array(z.unknown()).optional().catch(undefined) })),
});

/** A message as sent by Meta: only what every message may have; the rest stands in the raw item. */
export const messageSchema = z.looseObject({
  id: z.string().min(1),
  type: z.string().min(1).catch('unknown'),
  from: text,
  from_user_id: text,
  from_parent_user_id: text,
  to: text,
  to_user_id: text,
  to_parent_user_id: text,
  group_id: text,
  timestamp: z.unknown(),
  context: z.looseObject({ id: text }).optional().catch(undefined),
  system: z
    .looseObject({
      type: text,
      wa_id: text,
      new_wa_id: text,
      user_id: text,
      parent_user_id: text,
      previous_user_id: text,
      previous_parent_user_id: text,
    })
    .optional()
    .catch(undefined),
});
export type WebhookMessage = z.infer<typeof messageSchema>;

/** A delivery status as sent by Meta; the list of statuses is open. */
export const statusSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string().min(1),
  timestamp: z.unknown(),
  recipient_participant_id: text,
  recipient_participant_user_id: text,
  biz_opaque_callback_data: text,
  errors: z.array(object).optional().catch(undefined),
});
export type WebhookStatus = z.infer<typeof statusSchema>;

/** What is stored for a message, an echo or an identity change: the item and what belongs to it in its change. */
export const storedMessageSchema = z.object({
  message: messageSchema,
  contact: contact.nullable(),
  display_phone_number: z.string().nullable(),
});

/** What is stored for a status. */
export const storedStatusSchema = z.object({ status: statusSchema });
