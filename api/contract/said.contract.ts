import { z } from 'zod';
import { nextCursor, pageOfMessages } from './page.contract';
import { billedConversation, doubt, id, instant, pricing, reportedError } from './values.contract';

/** A file that came with a message. */
const media = z
  .strictObject({
    id,
    kind: z.enum(['image', 'video', 'audio', 'document', 'sticker', 'unknown']),
    mime_type: z.string().nullable(),
    filename: z.string().nullable(),
    size_bytes: z.number().int().nullable(),
    status: z.enum(['pending', 'stored', 'failed']),
    reason: z.string().nullable().describe('why it is not stored: the code of the last try'),
    url: z
      .string()
      .nullable()
      .describe('works without a token for a short time; null until the file is stored'),
  })
  .meta({ id: 'MediaFile' });

/** What was said, and how far it came. */
export const message = z
  .strictObject({
    id,
    direction: z.enum(['inbound', 'outbound']),
    author: z.string(),
    type: z.string(),
    text: z.string().nullable(),
    sent_at: instant,
    status: z.string().nullable(),
    whatsapp_id: z.string(),
    turn_id: id.nullable(),
    send_id: id.nullable(),
    original_text: z.string().nullable().describe('the words before the first edit'),
    edited_at: instant.nullable(),
    revoked_at: instant.nullable().describe('the sender took the message back'),
    refers_to: z.string().nullable().describe('whatsapp_id of the message that a reaction is about'),
    media: z.array(media),
    quotes: z.string().nullable().describe('whatsapp_id of the message that is quoted'),
    standby: z.boolean().describe('Meta’s own agent had it, and nobody here answers it'),
    doubt,
    reactions: z.array(z.strictObject({ author: z.string(), emoji: z.string(), at: instant })),
    pricing: pricing.nullable(),
    billed_conversation: billedConversation.nullable(),
    error: reportedError.nullable().describe('why it was not delivered, or was not passed on to us'),
  })
  .meta({ id: 'Message' });

export const messageListQuery = z.strictObject({ ...pageOfMessages });

/** The messages of a conversation, the newest first. */
export const messageList = z.strictObject({ items: z.array(message), next_cursor: nextCursor });

export type MessageListQuery = z.infer<typeof messageListQuery>;
export type MessageList = z.infer<typeof messageList>;
