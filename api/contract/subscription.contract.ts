import { z } from 'zod';
import { EVENT_KINDS } from '../../domain/event/event.kinds';
import { orderAnswer } from './order.contract';
import { nextCursor, pageByRow, pageByTime } from './page.contract';
import { NOT_STORABLE, givenInstant, id, instant, reason, storable } from './values.contract';

const URL_LENGTH_MAX = 2_000;
const DESCRIPTION_LENGTH_MAX = 200;
const EVENT_IDS_MAX = 200;

const eventKind = z.enum(EVENT_KINDS);
const terms = {
  url: z
    .string()
    .max(URL_LENGTH_MAX)
    .refine(storable, NOT_STORABLE)
    .describe('where events are posted to: https, and no private address')
    .meta({ examples: ['https://crm.example.com/continuo'] }),
  description: z.string().max(DESCRIPTION_LENGTH_MAX).refine(storable, NOT_STORABLE).nullable(),
  events: z
    .array(eventKind)
    .min(1)
    .max(EVENT_KINDS.length)
    .readonly()
    .nullable()
    .describe('null = all, also those that a later version adds'),
  include: z
    .array(z.literal('content'))
    .max(1)
    .readonly()
    .describe('content = words, names and phones as well; else ids, times and codes only'),
};

export const createSubscriptionRequest = z.strictObject({
  url: terms.url,
  description: terms.description.default(null),
  events: terms.events.default(null),
  include: terms.include.default([]),
  reason,
});

export const changeSubscriptionRequest = z.strictObject({
  url: terms.url.optional(),
  description: terms.description.optional(),
  events: terms.events.optional(),
  include: terms.include.optional(),
  enabled: z
    .boolean()
    .optional()
    .describe('false = events wait · true = they go on, also after the subscription was disabled by itself'),
  reason,
});

const facts = { id, ...terms, enabled: z.boolean() };
const secret = z
  .string()
  .nullable()
  .describe('shown this once, for checking signatures; null in a repetition')
  .meta({ examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo='] });

export const createSubscriptionAnswer = orderAnswer('create_webhook_subscription').extend({
  ...facts,
  secret,
});
export const changeSubscriptionAnswer = orderAnswer('change_webhook_subscription').extend(facts);

/** Orders about a subscription that say nothing but why. */
export const subscriptionOrder = z.strictObject({ reason });
export const deleteSubscriptionAnswer = orderAnswer('delete_webhook_subscription').extend({ id });
export const rotateSecretAnswer = orderAnswer('rotate_webhook_secret').extend({
  id,
  secret,
  previous_valid_until: instant.describe('until then bodies bear the signature of the secret before, too'),
});
export const testSubscriptionAnswer = orderAnswer('test_webhook_subscription').extend({
  id,
  event_id: id.describe('the webhook-id of the event'),
});

export const replayRequest = z
  .strictObject({
    which: z
      .enum(['dead', 'all'])
      .describe('dead = those that were given up · all = delivered ones and those never asked for, too'),
    since: givenInstant
      .optional()
      .describe('events from then on; needed for "all" unless event_ids are named'),
    until: givenInstant.optional().describe('events before'),
    event_ids: z.array(id).min(1).max(EVENT_IDS_MAX).optional().describe('only these'),
    reason,
  })
  .refine((given) => given.which === 'dead' || given.since !== undefined || given.event_ids !== undefined, {
    path: ['since'],
    error: 'is needed to replay all events',
  });
export const replayAnswer = orderAnswer('replay_webhook_events').extend({
  id,
  replayed: z.number().int().describe('events that are told again; those that still wait are not counted'),
});

export const subscriptionListQuery = z.strictObject({ ...pageByTime });
export const subscription = z.strictObject({
  ...facts,
  disabled_reason: z
    .enum(['by_hand', 'failing', 'gone'])
    .nullable()
    .describe('failing = every attempt failed for days · gone = the receiver answered 410'),
  disabled_at: instant.nullable(),
  failing_since: instant.nullable().describe('no attempt since then has succeeded'),
  created_at: instant,
  created_by: z.string(),
  pending: z.number().int().describe('events that wait'),
  dead: z.number().int().describe('events that were given up'),
});
/** Subscriptions, the newest first; deleted ones stand in the audit log only. */
export const subscriptionList = z.strictObject({ items: z.array(subscription), next_cursor: nextCursor });

const deliveryStatus = z.enum(['pending', 'delivered', 'dead']);
export const deliveryListQuery = z.strictObject({ status: deliveryStatus.optional(), ...pageByRow });
/** What was told, and what waits; the newest event first. */
export const deliveryList = z.strictObject({
  items: z.array(
    z.strictObject({
      event_id: id.describe('the webhook-id'),
      sequence: z.number().int(),
      type: z.string(),
      conversation_id: id.nullable(),
      occurred_at: instant,
      status: deliveryStatus,
      attempts: z.number().int(),
      attempted_at: instant.nullable(),
      next_attempt_at: instant
        .nullable()
        .describe('not before then, and not before the event of the conversation that comes first'),
      response_status: z.number().int().nullable(),
      error_code: z.string().nullable(),
      settled_at: instant.nullable(),
    }),
  ),
  next_cursor: nextCursor,
});

export type Subscription = z.infer<typeof subscription>;
export type SubscriptionList = z.infer<typeof subscriptionList>;
export type SubscriptionListQuery = z.infer<typeof subscriptionListQuery>;
export type DeliveryList = z.infer<typeof deliveryList>;
export type DeliveryListQuery = z.infer<typeof deliveryListQuery>;
