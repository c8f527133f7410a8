import { createHash } from 'node:crypto';
import type { StoredItem } from './item';
import type { WebhookContact } from './webhook.schema';

/** One thing that a webhook body reports, ready to be stored. */
export type CapturedItem = {
  readonly dedupeKey: string;
  readonly kind: StoredItem['kind'];
  readonly field: string;
  readonly pointer: string;
  readonly phoneNumberId: string | null;
  readonly raw: unknown;
  readonly error: string | null;
};

/** Where in a body an item stands, and what all items of its change share. */
export type Place = {
  readonly field: string;
  readonly pointer: string;
  readonly phoneNumberId: string | null;
  readonly displayPhoneNumber: string | null;
  readonly contacts: readonly WebhookContact[];
  readonly accountId: string | null;
  /** When Meta sent the report. */
  readonly entryTime: unknown;
};

/** An item that is not understood: the raw JSON is kept and shown. */
export function unknownItem(
  place: Pick<Place, 'field' | 'pointer' | 'phoneNumberId'>,
  raw: unknown,
  broken: { readonly error: string; readonly bytes: Buffer } | null = null,
): CapturedItem {
  return {
    dedupeKey: `unknown:${digestOf(broken?.bytes ?? raw)}`,
    kind: 'unknown',
    field: place.field,
    pointer: place.pointer,
    phoneNumberId: place.phoneNumberId,
    raw: raw ?? null,
    error: broken?.error ?? null,
  };
}

/** What makes items without an id of their own the same. */
export function digestOf(content: unknown): string {
  const bytes = Buffer.isBuffer(content) ? content : JSON.stringify(content ?? null);
  return createHash('sha256').update(bytes).digest('hex');
}

/** Text without what Postgres refuses: NUL and lone surrogates become U+FFFD. */
export function toStorableText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}
