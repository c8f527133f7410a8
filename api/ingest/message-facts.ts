import { asObject } from '../../domain/json';
import type { WebhookMessage } from './webhook.schema';

/** Values from here on are milliseconds: seconds would be in the year 33658. */
const MILLISECONDS_FROM = 1e12;
/** WhatsApp began in 2009: a time before that is a mistake of the sender. */
const EARLIEST_MS = Date.UTC(2009, 0, 1);
/** Two clocks differ by less; a time further ahead of its arrival is a mistake of the sender. */
const AHEAD_MAX_MS = 10 * 60_000;

/** Meta's time of an item in ms; null when it is no time, or one that cannot be believed given when the item arrived. */
export function timestampToMs(timestamp: unknown, nowMs: number): number | null {
  const value = typeof timestamp === 'string' && timestamp.trim() !== '' ? Number(timestamp) : timestamp;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return null;
  const ms = value >= MILLISECONDS_FROM ? value : value * 1000;
  return ms >= EARLIEST_MS && ms <= nowMs + AHEAD_MAX_MS ? Math.trunc(ms) : null;
}

/** What cannot be believed of a message: its time, in whose place that of its arrival stands; null = nothing. */
export function doubtOf(message: { readonly timestamp?: unknown }, capturedAtMs: number): 'time' | null {
  return timestampToMs(message.timestamp, capturedAtMs) === null ? 'time' : null;
}

/** When a message was sent; the time of its capture where Meta's is missing or impossible. */
export function saidAtMs(message: { readonly timestamp?: unknown }, capturedAtMs: number): number {
  return timestampToMs(message.timestamp, capturedAtMs) ?? capturedAtMs;
}

/**
 * Meta cuts its times to whole seconds; this is the last moment of that second at which it can have been, given when we
 * had it. A time with milliseconds was not cut.
 */
export function lastMomentMs(sentAtMs: number, capturedAtMs: number): number {
  if (sentAtMs % 1000 !== 0) return sentAtMs;
  return Math.max(sentAtMs, Math.min(capturedAtMs, sentAtMs + 999));
}

/** The words of a message, whatever its type: text, caption, button or list title; null when it has none. */
export function textOfMessage(
  message: Pick<WebhookMessage, 'type'> & Record<string, unknown>,
): string | null {
  const content = asObject(message[message.type]);
  if (content === null) return null;
  const candidates = [
    content['body'],
    content['caption'],
    content['text'],
    asObject(content['button_reply'])?.['title'],
    asObject(content['list_reply'])?.['title'],
    asObject(content['nfm_reply'])?.['body'],
  ];
  return candidates.find((one): one is string => typeof one === 'string' && one !== '') ?? null;
}

/** Types of messages of which WhatsApp told only that there was one. */
export const WITHOUT_CONTENT = ['unsupported', 'unknown'] as const;

/** Whether WhatsApp told only that there was a message. */
export function isWithoutContent(type: string): boolean {
  return WITHOUT_CONTENT.some((one) => one === type);
}

/** What is longer is no id, and no index would take it. */
const ID_LENGTH_MAX = 500;

/** An id under a name; null where there is none or what stands there can be none. */
export function idIn(content: Record<string, unknown> | null, name: string): string | null {
  const value = content?.[name];
  return typeof value === 'string' && value !== '' && value.length <= ID_LENGTH_MAX ? value : null;
}

/** The digits of a phone number: Meta writes ours with or without signs between them. */
export function digitsOf(phone: string | null | undefined): string {
  return phone?.replaceAll(/\D/g, '') ?? '';
}
