import { createHmac } from 'node:crypto';
import type { BusinessNumber, Buyer, StoredMessage } from './whatsapp.state';

/** The envelope of one `messages` change. */
export function messagesPayload(
  businessAccountId: string,
  number: BusinessNumber,
  value: Readonly<Record<string, unknown>>,
): unknown {
  return changePayload(businessAccountId, 'messages', valueOf(number, value));
}

/** A body with one change, of whatever field. */
export function changePayload(
  businessAccountId: string,
  field: string,
  value: Readonly<Record<string, unknown>>,
): unknown {
  return bodyOf({ id: businessAccountId, changes: [{ value, field }] });
}

/** A body with one report about the account, which carries the time at which it is sent. */
export function reportPayload(
  businessAccountId: string,
  change: { readonly field: string; readonly value: Readonly<Record<string, unknown>> },
  sentAtMs: number,
): unknown {
  return bodyOf({ id: businessAccountId, time: Math.floor(sentAtMs / 1000), changes: [change] });
}

function bodyOf(entry: Readonly<Record<string, unknown>>): unknown {
  return { object: 'whatsapp_business_account', entry: [entry] };
}

/** The value of a change that is about a business number. */
export function valueOf(
  number: BusinessNumber,
  value: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: number.display_phone_number, phone_number_id: number.id },
    ...value,
  };
}

export type ShownIdentity = {
  readonly wa_id: string | null;
  readonly user_id: string | null;
  readonly parent_user_id?: string | null;
  /** Stands in `from` and `wa_id` instead of a phone number. */
  readonly in_from?: string | null;
};

/** `contacts[]` of an inbound message. */
export function contactsOf(buyer: Buyer, shown: ShownIdentity): unknown[] {
  return [
    withoutNulls({
      profile: withoutNulls({ name: buyer.name, username: buyer.username }),
      wa_id: shown.in_from ?? shown.wa_id,
      user_id: shown.user_id,
      parent_user_id: shown.parent_user_id ?? null,
    }),
  ];
}

/** `contacts` and `messages` of a message webhook; system messages come without contacts. */
export function messageValue(
  message: StoredMessage,
  buyer: Buyer,
  parts: {
    readonly shown: ShownIdentity;
    readonly context: Readonly<Record<string, unknown>> | null;
    readonly extra: Readonly<Record<string, unknown>>;
  },
): Readonly<Record<string, unknown>> {
  const shownMessage = {
    from: parts.shown.in_from ?? parts.shown.wa_id,
    from_user_id: parts.shown.user_id,
    from_parent_user_id: parts.shown.parent_user_id ?? null,
    id: message.id,
    timestamp: secondsOf(message.at_ms),
    [message.type]: message.body,
    type: message.type,
    context: parts.context,
  };
  return {
    ...(message.type !== 'system' && { contacts: contactsOf(buyer, parts.shown) }),
    messages: [{ ...withoutNulls(shownMessage), ...parts.extra }],
  };
}

/** Unix seconds as text. */
export function secondsOf(ms: number): string {
  return String(Math.floor(ms / 1000));
}

/** Meta leaves out what it does not know. */
export function withoutNulls(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
}

const ESCAPED = /[/@<%\u007f-\uffff]/g;

/** JSON as Meta writes and signs it: pure ASCII, with `/`, `@`, `<` and `%` escaped. */
export function metaJson(payload: unknown): string {
  return JSON.stringify(payload).replace(ESCAPED, (character) =>
    character === '/' ? '\\/' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The value of `X-Hub-Signature-256` (sha256) or `X-Hub-Signature` (sha1). */
export function signatureOf(body: string, secret: string, algorithm: 'sha256' | 'sha1' = 'sha256'): string {
  return `${algorithm}=${createHmac(algorithm, secret).update(body, 'utf8').digest('hex')}`;
}
