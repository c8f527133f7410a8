import { z } from 'zod';
import type { SendStatus } from '../../domain/vocabulary';
import { messageWith, quotesNothingTwice } from './message.contract';
import { nextCursor, pageByTime } from './page.contract';
import {
  filterWord,
  force,
  givenInstant,
  id,
  instant,
  json,
  numberId,
  reason,
  rowId,
} from './values.contract';

const SEND_STATUSES = [
  'draft',
  'planned',
  'held',
  'claimed',
  'accepted',
  'sent',
  'delivered',
  'read',
  'played',
  'refused',
  'recalled',
  'failed',
  'unconfirmed',
] as const satisfies readonly SendStatus[];
const status = z.enum(SEND_STATUSES);

const replyTo = id.optional().describe('our id of the message of this conversation that it quotes');
const QUOTES_TWICE = { path: ['reply_to'], error: 'does not belong to a reaction, which names its message' };

const overrideOptOut = z
  .literal(true)
  .optional()
  .describe('write although the buyer opted out; "reason" says why and is kept in the audit log');
/** Nobody overrides an opt-out without saying why. */
const saysWhy = (given: {
  readonly override_opt_out?: true | undefined;
  readonly reason?: string | undefined;
}) => given.override_opt_out !== true || (given.reason ?? '').trim() !== '';
const OVERRIDES_MUTELY = { path: ['reason'], error: 'must say why the opt-out of the buyer is overridden' };

export const messageRequest = messageWith({
  reason,
  force,
  reply_to: replyTo,
  send_at: givenInstant.optional().describe('leave then; the window is judged then'),
  expects_answer: z.boolean().optional().describe('whether it asks the buyer something'),
  override_opt_out: overrideOptOut,
})
  .refine(quotesNothingTwice, QUOTES_TWICE)
  .refine(saysWhy, OVERRIDES_MUTELY)
  .meta({ id: 'MessageRequest', examples: [{ type: 'text', text: { body: 'The sofa is ready.' } }] });

export const cancelSendRequest = z.strictObject({ reason });
export const editSendRequest = messageWith({
  reason,
  force,
  reply_to: replyTo,
  override_opt_out: overrideOptOut,
})
  .refine(quotesNothingTwice, QUOTES_TWICE)
  .refine(saysWhy, OVERRIDES_MUTELY)
  .meta({
    id: 'EditSendRequest',
    examples: [{ type: 'text', text: { body: 'The sofa is ready on Monday.' } }],
  });
export const approveSendRequest = z.strictObject({ reason, force });
export const rejectSendRequest = z.strictObject({ reason });
export const resolveSendRequest = z
  .strictObject({
    reason,
    force,
    verdict: z.enum(['it_left', 'it_did_not_leave'], { error: 'must be it_left or it_did_not_leave' }),
    send_again: z.boolean().optional().describe('as a new attempt of your own'),
  })
  .refine(({ verdict, send_again: again }) => verdict === 'it_did_not_leave' || again !== true, {
    path: ['send_again'],
    error: 'belongs to "it_did_not_leave" only: what left is not sent again',
  });

export const sendListQuery = z.strictObject({
  status: z
    .string()
    .transform((given) => given.split(','))
    .pipe(z.array(status))
    .optional()
    .describe('one or more, with commas'),
  reason_code: filterWord
    .optional()
    .describe('such as gate.mode: what was held back because the number is not live'),
  number_id: numberId.optional(),
  conversation_id: id.optional(),
  ...pageByTime,
});

/** One row of the send ledger. */
const send = z
  .strictObject({
    id,
    conversation_id: id,
    kind: z.string(),
    author: z.string(),
    status,
    reason_code: z.string().nullable(),
    explanation: z.string().nullable().describe('the reason in a sentence'),
    type: z.string(),
    text: z.string().nullable(),
    content: json.describe('as WhatsApp takes it'),
    created_at: instant,
    not_before: instant.nullable().describe('held, put off or set for later: it leaves then at the earliest'),
    scheduled_for: instant.nullable().describe('when a person wants it to leave'),
    claimed_at: instant.nullable(),
    settled_at: instant.nullable(),
    edited_at: instant.nullable(),
    approved_by: z.string().nullable(),
    attempts: z.number().int(),
    error: json.describe('what WhatsApp said'),
    whatsapp_id: z.string().nullable(),
    decision_id: rowId,
    repeats_send_id: id.nullable().describe('the send that this one is a new attempt of'),
    repeated_by_send_id: id.nullable(),
  })
  .meta({ id: 'Send' });

/** The send ledger, the newest first. */
export const sendList = z.strictObject({ items: z.array(send), next_cursor: nextCursor });

/** One send with what it was before each edit, and every status that WhatsApp reported. */
export const sendDetail = send
  .extend({
    edits: z.array(
      z.strictObject({
        type: z.string(),
        content: json,
        author: z.string(),
        edited_by: z.string(),
        edited_at: instant,
      }),
    ),
    statuses: z.array(z.strictObject({ status: z.string(), at: instant })),
  })
  .meta({ id: 'SendDetail' });

export type SendListQuery = z.infer<typeof sendListQuery>;
export type SendList = z.infer<typeof sendList>;
export type SendDetail = z.infer<typeof sendDetail>;
