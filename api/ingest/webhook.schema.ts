import { z } from 'zod';

// Tolerant on purpose: all identity fields are optional, objects keep what is unknown, and no list of types is closed.
const object = z.record(z.string(), z.unknown());
/** Longer than any id that Meta gives, and short enough for an index: what is longer is no id. */
const LENGTH_MAX = 500;
const id = z.string().min(1).max(LENGTH_MAX);
const text = id.optional().catch(undefined);
/** Meta writes ids as text; where one comes as a number, it is the same id, as long as no digit of it was lost. */
const written = (given: unknown): unknown => (Number.isSafeInteger(given) ? String(given) : given);
const idAsWritten = z.preprocess(written, id).optional().catch(undefined);
/** Names a person: WhatsApp writes phones as digits, others also as a number or with a plus. */
const person = z
  .preprocess(written, id)
  .transform((given) => given.replace(/^\+(?=\d+$)/, ''))
  .optional()
  .catch(undefined);

const contact = z.looseObject({
  wa_id: person,
  user_id: person,
  parent_user_id: person,
  profile: z.looseObject({ name: text, username: text }).optional().catch(undefined),
});

/** Someone's identifiers and names as one webhook reports them. */
export type WebhookContact = z.infer<typeof contact>;

const value = z.looseObject({
  metadata: z
    .looseObject({ phone_number_id: idAsWritten, display_phone_number: idAsWritten })
    .optional()
    .catch(undefined),
  contacts: z.array(contact.catch({})).optional().catch(undefined),
  messages: z.array(z.unknown()).optional().catch(undefined),
  statuses: z.array(z.unknown()).optional().catch(undefined),
  message_echoes: z.array(z.unknown()).optional().catch(undefined),
  standby: z.unknown().optional(),
  errors: z.array(z.unknown()).optional().catch(undefined),
  user_preferences: z.array(z.unknown()).optional().catch(undefined),
  state_sync: z.array(z.unknown()).optional().catch(undefined),
  history: z.array(z.unknown()).optional().catch(undefined),
  user_id_update: z.array(z.unknown()).optional().catch(undefined),
  calls: z.array(z.unknown()).optional().catch(undefined),
});

export type ChangeValue = z.infer<typeof value>;

/** One change of a webhook body; anything that is not shaped like one is kept raw. */
export const changeSchema = z.looseObject({ field: z.string(), value });

/** The same with its content as it came. */
export const rawValueSchema = z.looseObject({ value: object });

/** The outer form of a webhook body. */
export const envelopeSchema = z.looseObject({ entry: z.array(z.unknown()) });

/** One entry of a body, read by itself: a broken one must not take its siblings along. */
export const entrySchema = z.looseObject({
  id: idAsWritten,
  changes: z.array(z.unknown()).optional().catch(undefined),
});

const UNKNOWN_TYPE = 'unknown';
const NAMED_BY_CONTENT = [
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contacts',
  'interactive',
  'button',
  'reaction',
  'order',
  'system',
  'edit',
  'revoke',
];

/** Meta's id of a message. */
export const messageIdSchema = z.preprocess(written, id);

/** A message as sent by Meta: only what every message may have; the rest stands in the raw item. */
const messageParts = z.looseObject({
  id: messageIdSchema,
  type: id.catch(UNKNOWN_TYPE),
  from: person,
  from_user_id: person,
  from_parent_user_id: person,
  to: person,
  to_user_id: person,
  to_parent_user_id: person,
  group_id: text,
  timestamp: z.unknown().optional(),
  context: z.looseObject({ id: text }).optional().catch(undefined),
  system: z
    .looseObject({
      type: text,
      wa_id: person,
      new_wa_id: person,
      customer: person,
      user_id: person,
      parent_user_id: person,
      previous_user_id: person,
      previous_parent_user_id: person,
    })
    .optional()
    .catch(undefined),
});
/** The content tells the type of a message that has none. */
export const messageSchema = messageParts.transform((message) => {
  if (message.type !== UNKNOWN_TYPE) return message;
  return { ...message, type: NAMED_BY_CONTENT.find((type) => message[type] !== undefined) ?? UNKNOWN_TYPE };
});
export type WebhookMessage = z.infer<typeof messageSchema>;

/** What a buyer chose in WhatsApp itself. */
export const preferenceSchema = z.looseObject({
  wa_id: person,
  user_id: person,
  parent_user_id: person,
  category: text,
  value: z.string().min(1),
  timestamp: z.unknown().optional(),
});
export type WebhookPreference = z.infer<typeof preferenceSchema>;

/** What somebody did with a contact on the phone app. */
export const stateSyncSchema = z.looseObject({
  action: text,
  contact: z
    .looseObject({
      full_name: text,
      first_name: text,
      phone_number: person,
      user_id: person,
      parent_user_id: person,
    })
    .optional()
    .catch(undefined),
  metadata: z.looseObject({ timestamp: z.unknown().optional() }).optional().catch(undefined),
});
export type StateSync = z.infer<typeof stateSyncSchema>;

const idPair = z.looseObject({ previous: text, current: text }).optional().catch(undefined);

/** A change of a user id in the field that Meta announced and withdrew. */
export const userIdUpdateSchema = z.looseObject({
  wa_id: person,
  user_id: idPair,
  parent_user_id: idPair,
  timestamp: z.unknown().optional(),
});

/** A part of the history of the phone app; parts may come in any order. */
export const historySchema = z.looseObject({
  threads: z.array(z.unknown()).optional().catch(undefined),
  errors: z.array(z.unknown()).optional().catch(undefined),
});

/** The history with one person. */
export const historyThreadSchema = z.looseObject({
  id: idAsWritten,
  context: z
    .looseObject({ wa_id: person, user_id: person, parent_user_id: person, username: text })
    .optional()
    .catch(undefined),
  messages: z.array(z.unknown()),
});

/** What Meta could not pass on; the code tells why. */
export const reportedErrorSchema = z.looseObject({ code: z.number().int() });

/** A delivery status as sent by Meta; the list of statuses is open. */
export const statusSchema = z.looseObject({
  id,
  status: id,
  timestamp: z.unknown().optional(),
  recipient_id: person,
  recipient_user_id: person,
  recipient_parent_user_id: person,
  recipient_participant_id: text,
  recipient_participant_user_id: text,
  biz_opaque_callback_data: text,
  errors: z.unknown().optional(),
});
export type WebhookStatus = z.infer<typeof statusSchema>;

/** What is stored for a message, an echo or an identity change: the item and what belongs to it in its change. */
export const storedMessageSchema = z.object({
  message: messageSchema,
  contact: contact.nullable(),
  display_phone_number: z.string().nullable(),
  account_id: z.string().nullish(),
});

export type StoredMessage = z.infer<typeof storedMessageSchema>;

/** What is stored for a message of the past. */
export const storedHistorySchema = storedMessageSchema.extend({
  thread: historyThreadSchema.omit({ messages: true }).nullable(),
});

export type StoredHistory = z.infer<typeof storedHistorySchema>;

/** What is stored for a preference. */
export const storedPreferenceSchema = z.object({ preference: preferenceSchema, contact: contact.nullish() });

export type StoredPreference = z.infer<typeof storedPreferenceSchema>;

/** What is stored for a contact of the phone app. */
export const storedStateSyncSchema = z.object({
  state_sync: stateSyncSchema,
  entry_time: z.unknown().optional(),
  /** How often the contact had changed before in the same list. */
  turns: z.number().int().default(0),
});

/** What is stored for a report about the account. */
export const storedAccountEventSchema = z.object({
  value: object,
  account_id: z.string().nullable(),
  entry_time: z.unknown().optional(),
});

/** What is stored for a status. */
export const storedStatusSchema = z.object({ status: statusSchema, contact: contact.nullish() });

/** A call as it is reported while it goes on, and at its end. */
export const callSchema = z.looseObject({
  id,
  event: text,
  direction: text,
  from: person,
  from_user_id: person,
  from_parent_user_id: person,
});

/** What became of a call of ours. */
export const callStatusSchema = z.looseObject({
  id,
  status: text,
  recipient_id: person,
  recipient_user_id: person,
  recipient_parent_user_id: person,
});
