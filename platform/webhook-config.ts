import { z } from 'zod';

const milliseconds = z.coerce.number().int().positive();
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** For API and worker: both judge the addresses of receivers. */
export const webhookAddressShape = {
  WEBHOOK_ALLOW_PRIVATE_ADDRESSES: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((given) => given === 'true')
    .describe('true = webhooks may go to http and to private addresses, which is for development only'),
};

/** How long the secret before lives on after a rotation: a working day, so that nobody must hurry. */
export const webhookSecretShape = {
  WEBHOOK_SECRET_OVERLAP_MS: milliseconds
    .default(DAY_MS)
    .describe('bodies are signed with the secret before as well for so long after a rotation'),
};

export const webhookDeliveryShape = {
  ...webhookAddressShape,
  WEBHOOK_TIMEOUT_MS: milliseconds
    .max(60 * SECOND_MS)
    .default(10 * SECOND_MS)
    .describe('a receiver that takes longer has failed: it should answer first and work afterwards'),
  WEBHOOK_RETRY_FIRST_MS: milliseconds
    .default(5 * SECOND_MS)
    .describe('wait before the second attempt: a restart of the receiver is over by then'),
  WEBHOOK_RETRY_FACTOR: z.coerce
    .number()
    .min(1)
    .max(10)
    .default(4)
    .describe('each wait is so many times the one before'),
  WEBHOOK_RETRY_MAX_MS: milliseconds
    .default(HOUR_MS)
    .describe('longest wait: a receiver that is back hears of it within the hour'),
  WEBHOOK_GIVE_UP_AFTER_MS: milliseconds
    .default(3 * DAY_MS)
    .describe('an event that fails for so long becomes a dead letter: a weekend is outlived'),
  WEBHOOK_DISABLE_AFTER_MS: milliseconds
    .default(5 * DAY_MS)
    .describe('a subscription of which every attempt failed for so long is disabled'),
  WEBHOOK_AT_ONCE_PER_SUBSCRIPTION: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(8)
    .describe('attempts of one subscription under way at once in one worker'),
  WEBHOOK_LOOK_EVERY_MS: milliseconds
    .default(SECOND_MS)
    .describe('how soon an event is noticed that was written while nothing was to do'),
  WEBHOOK_KEPT_MS: milliseconds
    .default(30 * DAY_MS)
    .describe('events are kept for so long, delivered or not, and can be replayed'),
};

/** Settings of the delivery of webhooks. */
export type WebhookDeliveryConfig = z.infer<z.ZodObject<typeof webhookDeliveryShape>>;
