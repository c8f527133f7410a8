import { asObject } from '../../domain/json';
import type { ReportedError } from '../../domain/send/reported-error';
import { firstReportedError } from '../reported-error';
import { timestampToMs } from './message-facts';
import type { WebhookStatus } from './webhook.schema';

/** What a status costs; parts that it does not name are null. */
type Pricing = {
  readonly type: string | null;
  readonly category: string | null;
  readonly billable: boolean | null;
  readonly model: string | null;
};

/** WhatsApp's own billing conversation, which is no conversation of ours. */
type BilledConversation = {
  readonly id: string | null;
  readonly origin_type: string | null;
  readonly expires_at: string | null;
};

/** What a status tells beside its name; any single one may lack any of it. */
export type StatusFacts = {
  readonly pricing: Pricing | null;
  readonly conversation: BilledConversation | null;
  readonly error: ReportedError | null;
};

/** Reads pricing, billing conversation and error of a status, whatever shape they have. */
export function factsOfStatus(status: WebhookStatus): StatusFacts {
  return {
    pricing: pricingOf(asObject(status['pricing'])),
    conversation: conversationOf(asObject(status['conversation'])),
    error: firstReportedError(status.errors),
  };
}

type Content = Readonly<Record<string, unknown>> | null;

function pricingOf(content: Content): Pricing | null {
  if (content === null) return null;
  return knownOrNull({
    type: textOf(content['type']),
    category: textOf(content['category']),
    billable: typeof content['billable'] === 'boolean' ? content['billable'] : null,
    model: textOf(content['pricing_model']),
  });
}

function conversationOf(content: Content): BilledConversation | null {
  if (content === null) return null;
  // It lies in the future by right, which a time of an item does not.
  const expiresAtMs = timestampToMs(content['expiration_timestamp'], Number.MAX_SAFE_INTEGER);
  return knownOrNull({
    id: textOf(content['id']),
    origin_type: textOf(asObject(content['origin'])?.['type']),
    expires_at: expiresAtMs === null ? null : isoOf(expiresAtMs),
  });
}

function knownOrNull<Facts extends Readonly<Record<string, unknown>>>(facts: Facts): Facts | null {
  return Object.values(facts).some((value) => value !== null) ? facts : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isoOf(ms: number): string | null {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
