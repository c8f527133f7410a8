import { createWebhookClient } from '../activities/webhooks/webhook.client';
import type { TransactionalDatabase } from '../platform/database';
import type { Logger } from '../platform/logger';
import type { WebhookDeliveryConfig } from '../platform/webhook-config';
import { deliverWebhooks } from './deliver-webhooks';

/** Begins to tell subscriptions what happened, as the settings say; returns the stop. */
export function startWebhooks(
  config: WebhookDeliveryConfig,
  parts: { readonly database: TransactionalDatabase; readonly logger: Logger },
): () => Promise<void> {
  return deliverWebhooks({
    ...parts,
    webhooks: createWebhookClient({
      timeoutMs: config.WEBHOOK_TIMEOUT_MS,
      allowsPrivate: config.WEBHOOK_ALLOW_PRIVATE_ADDRESSES,
    }),
    retry: {
      firstMs: config.WEBHOOK_RETRY_FIRST_MS,
      factor: config.WEBHOOK_RETRY_FACTOR,
      maxMs: config.WEBHOOK_RETRY_MAX_MS,
      giveUpAfterMs: config.WEBHOOK_GIVE_UP_AFTER_MS,
    },
    disableAfterMs: config.WEBHOOK_DISABLE_AFTER_MS,
    timeoutMs: config.WEBHOOK_TIMEOUT_MS,
    perSubscription: config.WEBHOOK_AT_ONCE_PER_SUBSCRIPTION,
    lookEveryMs: config.WEBHOOK_LOOK_EVERY_MS,
    keptMs: config.WEBHOOK_KEPT_MS,
  });
}
