import type { MediaStore } from './media.store';
import type { StatusReports } from './status.actions';
import { messageValue, messagesPayload } from './webhook.payload';
import type { WebhookSender } from './webhook.sender';
import type { Buyer, StoredMessage } from './whatsapp.state';
import type { WhatsAppStore } from './whatsapp.store';
import { newWamid } from './whatsapp.store';
import type { BuyerMessage } from '../control/control.schema';

type Parts = {
  readonly store: WhatsAppStore;
  readonly sender: WebhookSender;
  readonly statuses: StatusReports;
  readonly now: () => number;
  readonly businessAccountId: string;
  readonly media: MediaStore;
};

/** What buyers do: write, read, listen. */
export class WhatsAppActions {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** A buyer writes to a business number: the message is on the phone and a webhook goes out. */
  buyerWrites(input: BuyerMessage): StoredMessage {
    const { store, sender, businessAccountId } = this.parts;
    const { from, context } = input;
    const number = store.numberOf(input.phone_number_id, input.display_phone_number);
    const buyer = store.rememberBuyer(from);
    const message = this.inboundMessage(input, buyer, number.id);
    store.addMessage(message);
    this.openWindow(message, input.message?.['referral'] !== undefined);
    const value = messageValue(message, buyer, {
      shown: { wa_id: from.wa_id ?? null, user_id: from.user_id === null ? null : buyer.user_id },
      context: context === undefined ? null : { from: number.display_phone_number, ...context },
      extra: input.message ?? {},
    });
    sender.send(messagesPayload(businessAccountId, number, value), input.copies ?? 1);
    return message;
  }

  private inboundMessage(input: BuyerMessage, buyer: Buyer, phoneNumberId: string): StoredMessage {
    const { timestamp_seconds } = input;
    const type = input.type ?? (input.text === undefined ? 'unsupported' : 'text');
    const body = input.body ?? this.bodyOf(input, type);
    return {
      id: newWamid(),
      buyer_key: buyer.key,
      phone_number_id: phoneNumberId,
      direction: 'in',
      type,
      text: type === 'text' ? textOf(body) : null,
      body,
      context_id: input.context?.id ?? null,
      at_ms: timestamp_seconds === undefined ? this.parts.now() : timestamp_seconds * 1000,
      status: 'received',
      biz_opaque_callback_data: null,
      sent_to: null,
      error_code: null,
    };
  }

  private bodyOf({ media: sent, text = '' }: BuyerMessage, type: string): unknown {
    const { media } = this.parts;
    if (sent !== undefined) return media.messageBody(media.add(sent));
    return type === 'text' ? { body: text } : null;
  }

  /** The buyer opens one of our messages, or plays a voice note. */
  buyerReads(identity: string, messageId: string, status: 'read' | 'played' = 'read'): boolean {
    const message = this.parts.store.messages.get(messageId);
    const buyer = this.parts.store.findBuyer(identity);
    if (message?.direction !== 'out' || message.buyer_key !== buyer?.key) return false;
    this.parts.statuses.report(message, status);
    return true;
  }

  private openWindow(message: StoredMessage, isFromAd: boolean): void {
    const { store } = this.parts;
    const before = store.thread(message.phone_number_id, message.buyer_key);
    const last = Math.max(message.at_ms, before?.last_inbound_at_ms ?? 0);
    store.putThread(message.phone_number_id, message.buyer_key, {
      last_inbound_at_ms: last,
      ad_inbound_at_ms: isFromAd ? message.at_ms : (before?.ad_inbound_at_ms ?? null),
      free_entry_from_ms: before?.free_entry_from_ms ?? null,
    });
  }
}

function textOf(body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'body' in body && typeof body.body === 'string'
    ? body.body
    : null;
}
