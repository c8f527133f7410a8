import { contactsOf, secondsOf, withoutNulls } from './webhook.payload';
import { statusError } from './whatsapp.errors';
import type { Buyer, MessageStatus, StoredMessage } from './whatsapp.state';

type StatusEvent = { readonly status: MessageStatus; readonly at_ms: number };

/** `contacts` and `statuses` of a status webhook. A failed one has no contacts and shows only the address used. */
export function statusValue(
  message: StoredMessage,
  buyer: Buyer,
  event: StatusEvent,
): Readonly<Record<string, unknown>> {
  const isFailed = event.status === 'failed';
  const shown = isFailed
    ? {
        wa_id: message.sent_to === 'user_id' ? null : buyer.wa_id,
        user_id: message.sent_to === 'phone' ? null : buyer.user_id,
      }
    : { wa_id: buyer.wa_id, user_id: buyer.user_id };
  const status = {
    id: message.id,
    status: event.status,
    timestamp: secondsOf(event.at_ms),
    recipient_id: shown.wa_id,
    recipient_user_id: shown.user_id,
    biz_opaque_callback_data: message.biz_opaque_callback_data,
    ...billOf(message, event.status),
    errors: isFailed ? [statusError(message.error_code ?? 131000)] : null,
  };
  return { ...(!isFailed && { contacts: contactsOf(buyer, shown) }), statuses: [withoutNulls(status)] };
}

/** What it costs comes with `sent` and `delivered`. */
function billOf(message: StoredMessage, status: MessageStatus): Readonly<Record<string, unknown>> {
  if (status !== 'sent' && status !== 'delivered') return {};
  return { conversation: conversationOf(message, status), pricing: pricingOf(message) };
}

/** Since v24.0 the conversation is named only inside a free entry window; its end comes with `sent` only. */
function conversationOf(message: StoredMessage, status: MessageStatus): unknown {
  const endsAtMs = message.free_entry_ends_at_ms ?? null;
  if (endsAtMs === null) return null;
  return {
    id: `${message.phone_number_id}-${message.buyer_key}-${endsAtMs}`,
    ...(status === 'sent' && { expiration_timestamp: secondsOf(endsAtMs) }),
    origin: { type: 'referral_conversion' },
  };
}

function pricingOf({ pricing }: StoredMessage): unknown {
  if (pricing === undefined) return null;
  const { type, category } = pricing;
  return { billable: type === 'regular', pricing_model: 'PMP', type, category };
}
