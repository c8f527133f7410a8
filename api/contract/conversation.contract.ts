import { z } from 'zod';
import {
  billedConversation,
  id,
  instant,
  json,
  names,
  pausedUntil,
  pricing,
  reportedError,
  rowId,
} from './values.contract';

const LIST_LIMIT_MAX = 200;
const LIST_LIMIT_DEFAULT = 50;

export const conversationListQuery = z.strictObject({
  buyer_wa_id: z
    .string()
    .trim()
    .regex(/^\+?\d{5,20}$/, 'must be digits')
    .transform((value) => value.replace('+', ''))
    .optional(),
  owner: z
    .string()
    .regex(/^(automation|phone|meta|unassigned|agent:[A-Za-z0-9._-]+)$/, 'must be an owner')
    .optional(),
  needs_human: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional(),
  limit: z.coerce.number().int().min(1).max(LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT),
  cursor: z.string().max(500).optional(),
});

/** One conversation in a list. */
const conversationSummary = z.strictObject({
  id,
  buyer: z.strictObject({
    id,
    name: z.string().nullable(),
    names,
    wa_id: z.string().nullable(),
    late_replies: z.number(),
    expected_late_replies: z.number(),
  }),
  number_id: z.string(),
  owner: z.string(),
  phone_agent: z
    .string()
    .nullable()
    .describe('who is on the phone app while the owner is phone, as the policy names them; null = unknown'),
  paused_until: pausedUntil,
  status: z
    .enum(['open', 'waiting', 'needs_human', 'closed', 'idle'])
    .describe(
      'needs_human = a person must look; idle = nothing was said yet; closed = no episode is open; waiting = our word was the last; open = the buyer was the last',
    ),
  episode: z.strictObject({ id, opened_at: instant, closed_at: instant.nullable() }).nullable(),
  next_action: z.strictObject({ kind: z.string(), at: instant.nullable() }).nullable(),
  needs_human: z.boolean(),
  reason_code: z.string().nullable(),
});
export const conversationList = z.strictObject({
  items: z.array(conversationSummary),
  next_cursor: z.string().nullable(),
});

/** A file that came with a message. */
const media = z.strictObject({
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
});

const doubt = z
  .enum(['time'])
  .nullable()
  .describe('time = the time that came with it cannot be, so that of its arrival stands in its place');

/** One conversation in full; of each list the newest 200, oldest first. */
export const conversationDetail = conversationSummary.extend({
  identity: z
    .strictObject({
      status: z.string(),
      reason_code: z.string(),
      confidence: z.number(),
      contact_id: z.string().nullable(),
      company_id: z.string().nullable(),
      deal_id: z.string().nullable(),
      candidates: json,
    })
    .nullable(),
  messages: z.array(
    z.strictObject({
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
    }),
  ),
  events: z
    .array(
      z.strictObject({
        id: rowId,
        kind: z.enum(['edit', 'revoke', 'notice']),
        author: z.string(),
        type: z.string(),
        about: z.string().nullable(),
        text: z.string().nullable(),
        at: instant,
        doubt,
      }),
    )
    .describe('what was reported about messages or the conversation and is no message of its own'),
  decisions: z.array(
    z.strictObject({
      id: rowId,
      kind: z.string(),
      verdict: z.string(),
      reason_code: z.string(),
      explanation: z.string(),
      reasons: json,
      inputs: json,
      runner_up: json,
      flip: z.string().nullable(),
      details: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
      rule_name: z.string().nullable(),
      policy_version: rowId.nullable(),
      identity_link_id: rowId.nullable(),
      context_snapshot_id: rowId.nullable(),
      decided_at: instant,
    }),
  ),
  follow_ups: z.array(
    z.strictObject({
      id,
      attempt: z.number().int(),
      status: z.string(),
      due_at: instant.nullable(),
      reason_code: z.string(),
    }),
  ),
  sends: z.array(
    z.strictObject({
      id,
      kind: z.string(),
      author: z.string(),
      status: z.string(),
      type: z.string(),
      text: z.string().nullable(),
      reason_code: z.string().nullable(),
      decision_id: rowId,
      created_at: instant,
      not_before: instant
        .nullable()
        .describe('held, put off or set for later: it leaves then at the earliest'),
      scheduled_for: instant.nullable(),
      whatsapp_id: z.string().nullable(),
      pricing: pricing.nullable(),
      billed_conversation: billedConversation.nullable(),
      error: reportedError.nullable(),
    }),
  ),
  waits: z.array(
    z.strictObject({
      id: rowId,
      message_id: id,
      state: z.string(),
      started_at: instant,
      ended_at: instant.nullable(),
      ended_by: z.string().nullable(),
      late_replies: z.number().nullable(),
      expected_late_replies: z.number().nullable(),
      parameter_version: z.string().nullable(),
    }),
  ),
  commands: z.array(
    z.strictObject({
      id,
      kind: z.string(),
      actor: z.string(),
      is_verified: z.boolean(),
      arguments: json,
      reason: z.string().nullable(),
      outcome: z.enum(['done', 'refused']),
      refusal: z.string().nullable(),
      created_at: instant,
    }),
  ),
  crm: z.array(
    z.strictObject({
      object_kind: z.string(),
      object_key: z.string(),
      hubspot_id: z.string().nullable(),
      synced_at: instant.nullable(),
      pending: z.boolean(),
    }),
  ),
});

export type ConversationListQuery = z.infer<typeof conversationListQuery>;
export type ConversationSummary = z.infer<typeof conversationSummary>;
export type ConversationList = z.infer<typeof conversationList>;
export type ConversationDetail = z.infer<typeof conversationDetail>;
