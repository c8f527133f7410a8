import { createHash } from 'node:crypto';
import type { StoredItem } from './item';
import { asObject } from '../../domain/json';
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

/** What of a place tells one item from another; a body as a whole has neither account nor time. */
type PlaceOfItem = Pick<Place, 'field' | 'pointer' | 'phoneNumberId'> &
  Partial<Pick<Place, 'accountId' | 'entryTime'>>;

/** An item that is not understood: the raw JSON is kept and shown. */
export function unknownItem(
  place: PlaceOfItem,
  raw: unknown,
  broken: { readonly error: string; readonly bytes: Buffer } | null = null,
): CapturedItem {
  return {
    dedupeKey: `unknown:${broken === null ? sameness(place, raw) : digestOf(broken.bytes)}`,
    kind: 'unknown',
    field: place.field,
    pointer: place.pointer,
    phoneNumberId: place.phoneNumberId,
    raw: raw ?? null,
    error: broken?.error ?? null,
  };
}

/**
 * What makes two items the same that have no id in the form of Meta's messages: all that they say, on which account and
 * number. One that carries an id or a time of its own is the same whenever Meta sends it; of the others, those that were
 * sent at another time happened again. Where Meta does not say when it sent them either, alike ones count as one: nothing
 * tells a report that is delivered again from one that happened again. `more` is what else tells them apart.
 */
export function sameness(place: PlaceOfItem, raw: unknown, more: unknown = null): string {
  const { field, phoneNumberId, accountId = null, entryTime = null } = place;
  const isMarked = more !== null || hasOwnMark(raw);
  return digestOf([field, phoneNumberId, accountId, isMarked ? null : String(entryTime), more, raw ?? null]);
}

function hasOwnMark(raw: unknown): boolean {
  const item = asObject(raw);
  const marks = [item?.['id'], item?.['timestamp'], asObject(item?.['metadata'])?.['timestamp']];
  return marks.some((mark) => (typeof mark === 'string' && mark !== '') || typeof mark === 'number');
}

/** What makes items without an id of their own the same. */
function digestOf(content: unknown): string {
  const bytes = Buffer.isBuffer(content) ? content : JSON.stringify(content);
  return createHash('sha256').update(bytes).digest('hex');
}
