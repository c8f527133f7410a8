import { z } from 'zod';
import { decisionSummary } from './decision.contract';
import { message } from './said.contract';
import { nextCursor, pageByTime } from './page.contract';
import {
  billedConversation,
  doubt,
  givenInstant,
  id,
  instant,
  json,
  names,
  numberId,
  pausedUntil,
  pricing,
  reportedError,
  rowId,
} from './values.contract';

const conversationStatus = z
  .enum(['open', 'waiting', 'needs_human', 'closed', 'idle'])
  .describe(
    'needs_human = a person must look; idle = nothing was said yet; closed = no episode is open; waiting = our word was the last; open = the buyer was the last',
  );

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
  number_id: numberId.optional(),
  buyer_id: id.toLowerCase().optional(),
  status: conversationStatus.optional(),
  next_action_before: givenInstant
    .optional()
    .describe('only those in which something is due before this instant'),
  ...pageByTime,
});

/** One conversation in a list. */
const conversationSummary = z
  .strictObject({
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
    status: conversationStatus,
    episode: z.strictObject({ id, opened_at: instant, closed_at: instant.nullable() }).nullable(),
    next_action: z.strictObject({ kind: z.string(), at: instant.nullable() }).nullable(),
    needs_human: z.boolean(),
    reason_code: z.string().nullable(),
  })
  .meta({ id: 'ConversationSummary' });
export const conversationList = z.strictObject({
  items: z.array(conversationSummary),
  next_cursor: nextCursor,
});

/** One conversation in full; of each list the newest 200, oldest first. */
export const conversationDetail = conversationSummary
  .extend({
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
    messages: z.array(message),
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
    decisions: z.array(decisionSummary),
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
  })
  .meta({ id: 'ConversationDetail' });

export type ConversationListQuery = z.infer<typeof conversationListQuery>;
export type ConversationSummary = z.infer<typeof conversationSummary>;
export type ConversationList = z.infer<typeof conversationList>;
export type ConversationDetail = z.infer<typeof conversationDetail>;
