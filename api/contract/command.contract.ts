import { z } from 'zod';
import { COMMAND_KINDS } from '../../store/commands/command.types';
import { orderAnswer } from './order.contract';
import { force, givenInstant, id, instant, pausedUntil, reason, rowId, why } from './values.contract';

const IDEMPOTENCY_KEY_LENGTH_MAX = 200;
const FOLLOW_UPS_MAX = 10;
const WAIT_SECONDS_MAX = 30 * 24 * 3_600;

export const takeOverRequest = z.strictObject({ reason, force });
export const handBackRequest = z.strictObject({ reason });
export const pauseRequest = z
  .strictObject({
    reason,
    until: givenInstant.optional().describe('an instant in the future'),
    forever: z.literal(true).optional(),
  })
  .refine(({ until, forever }) => (until === undefined) !== (forever === undefined), {
    path: ['until'],
    error: 'send either "until" or "forever": true',
  })
  .meta({ examples: [{ until: '2099-01-01T09:00:00Z', reason: 'she is travelling' }] });
export const resumeRequest = z.strictObject({ reason });
export const routeRequest = z.strictObject({
  reason,
  route: z.enum(['automation', 'human']).nullable().describe('null = as the rules say'),
});
export const followUpRuleRequest = z
  .strictObject({
    reason,
    wait_seconds: z
      .array(z.number().int().min(1).max(WAIT_SECONDS_MAX))
      .min(1)
      .max(FOLLOW_UPS_MAX)
      .optional(),
    cap: z.number().int().min(0).max(FOLLOW_UPS_MAX).optional(),
    enabled: z.boolean().optional(),
    use_policy: z.literal(true).optional().describe('drops the own rule of this conversation'),
  })
  .refine(
    ({ wait_seconds: waits, cap, enabled, use_policy: usePolicy }) =>
      (usePolicy === undefined) === [waits, cap, enabled].some((part) => part !== undefined),
    { path: ['use_policy'], error: 'send "wait_seconds", "cap" or "enabled", or only "use_policy": true' },
  )
  .meta({ examples: [{ wait_seconds: [86400, 259200], cap: 2, reason: 'a slow customer' }] });
export const skipFollowUpRequest = z.strictObject({ reason });
export const closeRequest = z.strictObject({ reason });
export const undoJoinRequest = z.strictObject({ reason });
export const joinBuyersRequest = z.strictObject({
  buyer_ids: z
    .tuple([id, id])
    .meta({ examples: [['3f0c2a9e-6d1b-4c58-9a47-2b7de1f0c6a4', '8b1e5d34-27fa-4f0d-b6c9-51a2e7d80f13']] }),
  reason: why,
});

/** What a buyer said elsewhere: the reason tells how that is known, and is the evidence. */
export const consentRequest = z.strictObject({ reason: why });

export const idempotencyKey = z
  .string()
  .trim()
  .min(1)
  .max(IDEMPOTENCY_KEY_LENGTH_MAX)
  .regex(/^[\x20-\x7e]*$/, 'must be printable ASCII');

const sendUnderWay = z.strictObject({ send_id: id, status: z.string() });

/** Answer of every command that was carried out. */
export const commandAnswer = z
  .strictObject({
    command_id: id,
    kind: z.enum(COMMAND_KINDS),
    outcome: z.literal('done'),
    repeated: z.boolean().describe('true = this key was answered before, with this answer'),
    decision_id: rowId,
    done_at: instant,
    conversation: z.strictObject({
      id,
      owner: z.string(),
      paused_until: pausedUntil,
      epoch: z.number().int(),
      route_override: z.enum(['automation', 'human']).nullable(),
      follow_up_rule: z
        .strictObject({
          wait_seconds: z.array(z.number()).readonly().optional(),
          cap: z.number().optional(),
          enabled: z.boolean().optional(),
        })
        .nullable(),
      needs_human: z.boolean(),
      reason_code: z.string().nullable(),
    }),
    send_id: id.nullable(),
    template: z
      .strictObject({
        language: z.string(),
        step: z
          .string()
          .describe('exact = as asked for · base = without its country · fallback = the policy’s'),
        category: z.string(),
      })
      .optional()
      .describe('in which language a template goes'),
    recalled: z
      .array(id)
      .readonly()
      .describe('automated sends, and those that HubSpot ordered, that will now not be made'),
    ended_follow_ups: z.array(id).readonly(),
    under_way: z
      .array(sendUnderWay)
      .readonly()
      .describe('automated sends, and those that HubSpot ordered, begun before, with an unknown end'),
    left_before: z.array(sendUnderWay).readonly().describe('such sends begun before that left meanwhile'),
    warnings: z
      .array(z.enum(['budget.nearly_used', 'budget.automation_stopped', 'budget.used_up']))
      .optional()
      .describe('of a message that a person sends: how the month of its number stands now'),
  })
  .meta({ id: 'CommandAnswer' });

/** Answer to the undoing of a join: each buyer has the own conversations again. */
export const undoJoinAnswer = orderAnswer('undo_join').extend({
  join_id: rowId,
  undone_at: instant,
  buyers: z.array(z.strictObject({ id, conversation_ids: z.array(id).readonly() })).readonly(),
});

/** Answer to a join by hand: one buyer goes on with everything. */
export const joinBuyersAnswer = orderAnswer('join_buyers').extend({
  join_id: rowId.describe('by which it can be undone'),
  joined_at: instant,
  buyer_id: id.describe('the buyer known longer, who goes on'),
  joined_buyer_id: id,
  is_conflict: z.boolean().describe('both were linked to different contacts: a person is asked'),
  conversation_ids: z.array(id).readonly(),
});

export type CommandAnswerBody = z.infer<typeof commandAnswer>;
