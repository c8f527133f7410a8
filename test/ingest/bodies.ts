import { randomUUID } from 'node:crypto';

export type Json = Readonly<Record<string, unknown>>;

export const NUMBER_ID = '100000000000001';
export const OTHER_NUMBER_ID = '100000000000002';
const WABA_ID = '100000000000009';

/** An hour ago, in WhatsApp's whole seconds, and so many seconds later. */
const START_SECONDS = Math.floor(Date.now() / 1000) - 3600;
export const at = (seconds: number): string => String(START_SECONDS + seconds);

/** An item of `messages`; `more` replaces or adds fields. */
export function message(more: Json): Json {
  return {
    id: `wamid.${randomUUID()}`,
    timestamp: at(0),
    type: 'text',
    text: { body: 'Hello' },
    ...more,
  };
}

/** One change of a field on a number. */
export function change(value: Json, field = 'messages', phoneNumberId = NUMBER_ID): Json {
  return {
    field,
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '12025550100', phone_number_id: phoneNumberId },
      ...value,
    },
  };
}

/** A body with these changes. */
export function bodyOf(...changes: readonly unknown[]): Json {
  return { object: 'whatsapp_business_account', entry: [{ id: WABA_ID, changes }] };
}

/** A body with messages to the usual number, or with one message and what stands beside it. */
export function messages(...items: readonly Json[]): Json {
  return bodyOf(change({ messages: items }));
}

/** A report that a buyer now has other identifiers. */
export function identityChange(system: Json, more: Json = {}): Json {
  return message({ type: 'system', text: undefined, system, ...more });
}
