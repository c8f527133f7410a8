import { z } from 'zod';
import type { EventKind } from '../../domain/event/event.kinds';
import { id, instant, numberId } from './values.contract';

/** What every event about a conversation names. */
const place = { conversation_id: id, number_id: numberId, buyer_id: id };
const content = {
  content: z
    .strictObject({
      text: z
        .string()
        .nullable()
        .optional()
        .describe('the words of the message that it is about; null where there are none'),
      buyer: z.strictObject({ name: z.string().nullable(), phone: z.string().nullable() }),
      agent: z.string().nullable().optional().describe('which person wrote, or has the conversation'),
    })
    .optional()
    .describe('only with include: ["content"]'),
};
const owner = z.enum(['automation', 'agent', 'phone', 'meta', 'unassigned']);
const reasonCode = z.string().nullable();
const about = (given: z.ZodRawShape) => z.strictObject({ ...place, ...given, ...content });

const message = {
  message_id: id,
  message_type: z.string(),
  author: z.string().describe('buyer, automation, agent, phone or meta'),
  sent_at: instant,
  send_id: id.nullable(),
  is_standby: z.boolean().describe('Meta’s own agent had the conversation'),
};
const receipt = { send_id: id, message_id: id.nullable() };
const followUp = {
  follow_up_id: id,
  after_message_id: id,
  attempt: z.number().int(),
  due_at: instant.nullable(),
  reason_code: reasonCode,
};
const failedSend = {
  send_id: id,
  send_kind: z.string(),
  reason_code: reasonCode,
  error_code: z.union([z.number(), z.string()]).nullable(),
  is_sent_again: z.boolean().describe('the same words leave again by themselves'),
};

/** The data of each kind of event. */
const EVENT_DATA: Readonly<Record<EventKind, z.ZodObject>> = {
  'message.received': about(message),
  'message.sent': about(message),
  'message.delivered': about(receipt),
  'message.read': about(receipt),
  'decision.recorded': about({
    decision_id: z.number().int(),
    decision_kind: z.string(),
    verdict: z.string(),
    reason_code: reasonCode,
    rule: z.string().nullable(),
    episode_id: id.nullable(),
  }),
  'conversation.taken_over': about({ owner, reason_code: reasonCode }),
  'conversation.handed_back': about({ owner, reason_code: reasonCode }),
  'conversation.paused': about({
    paused_until: z.union([instant, z.literal('infinity')]),
    reason_code: reasonCode,
  }),
  'conversation.resumed': about({ reason_code: reasonCode }),
  'conversation.needs_human': about({ owner, reason_code: reasonCode }),
  'conversation.sla_due': about({
    decision_id: z.number().int(),
    due_at: instant,
    urgency: z.number().int(),
    owner,
  }),
  'follow_up.planned': about(followUp),
  'follow_up.skipped': about(followUp),
  'follow_up.sent': about({
    follow_up_id: id,
    attempt: z.number().int(),
    send_id: id,
    message_id: id,
    sent_at: instant,
  }),
  'send.failed': about(failedSend),
  'send.unconfirmed': about(failedSend),
};

/** The body of a webhook of this kind. */
export function eventBody(kind: EventKind) {
  return z.strictObject({
    type: z.literal(kind),
    timestamp: instant.describe('when it happened'),
    sequence: z.number().int().describe('grows within a conversation'),
    data: EVENT_DATA[kind],
  });
}
