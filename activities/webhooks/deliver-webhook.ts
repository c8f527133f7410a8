import { decideRetry } from '../../domain/event/delivery.decide';
import type { RetrySettings } from '../../domain/event/delivery.decide';
import { logAlarm } from '../../platform/alarm';
import type { AlarmLog } from '../../platform/alarm';
import type { Database } from '../../platform/database';
import { readEventToTell } from '../../store/event-body.store';
import { markDelivered, markFailed } from '../../store/event-delivery.store';
import type { TakenDelivery } from '../../store/event-delivery.store';
import type { WebhookOutcome, WebhookPort } from './webhook.client';
import { signWebhook } from './webhook.signature';

export type DeliveryParts = {
  readonly database: Database;
  readonly logger: AlarmLog;
  readonly webhooks: WebhookPort;
  readonly retry: RetrySettings;
  /** A subscription of which every attempt failed for so long is disabled. */
  readonly disableAfterMs: number;
};

/** The answer of a receiver that wants nothing more, ever. */
const GONE = 410;

/** Tells one subscription of one event, and notes what came of it. A crash before the note has it told again under the same id. */
export async function deliverWebhook(parts: DeliveryParts, taken: TakenDelivery): Promise<void> {
  const event = await readEventToTell(parts.database, taken);
  if (event === null) return;
  const { id, url, body, secrets } = event;
  const timestampSeconds = Math.floor(Date.now() / 1000);
  const headers = signWebhook({ id, timestampSeconds, body }, secrets);
  const outcome = await parts.webhooks.post({ url, headers, body });
  if (outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300)
    await markDelivered(parts.database, taken, outcome.status);
  else await fail(parts, taken, outcome);
}

async function fail(parts: DeliveryParts, taken: TakenDelivery, outcome: WebhookOutcome): Promise<void> {
  const verdict = decideRetry(taken, parts.retry);
  const responseStatus = outcome.kind === 'answered' ? outcome.status : null;
  const disabled = await markFailed(parts.database, taken, {
    responseStatus,
    errorCode: outcome.kind === 'answered' ? 'refused' : outcome.errorCode,
    retryAfterMs: verdict.kind === 'retry' ? verdict.delayMs : null,
    isGone: responseStatus === GONE,
    disableAfterMs: parts.disableAfterMs,
  });
  if (disabled === null) return;
  // Told once: only the attempt that disabled it comes here.
  const { subscriptionId } = taken;
  logAlarm(parts.logger, 'critical', { event: 'webhook.disabled', code: disabled, subscriptionId });
}
