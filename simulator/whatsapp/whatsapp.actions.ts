import type { MediaStore } from './media.store';
import { saidOf } from './speech';
import type { Said } from './speech';
import type { StatusReports } from './status.actions';
import { changePayload, messageValue, valueOf } from './webhook.payload';
import type { ShownIdentity } from './webhook.payload';
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
    const said = this.saidIn(input);
    const message = this.inboundMessage(input, said, { buyer, phoneNumberId: number.id });
    store.addMessage(message);
    store.openWindow({
      phoneNumberId: number.id,
      buyerKey: buyer.key,
      at_ms: message.at_ms,
      isFromAd: input.message?.['referral'] !== undefined,
    });
    const value = messageValue(message, buyer, {
      shown: shownIn(from, buyer),
      context: context === undefined ? null : { from: number.display_phone_number, ...context },
      extra: { ...said.extra, ...input.message },
    });
    const field = input.field ?? 'messages';
    sender.send(changePayload(businessAccountId, field, valueOf(number, value)), input.copies ?? 1);
    return message;
  }

  private inboundMessage(
    { timestamp_seconds, context }: BuyerMessage,
    { type, body, text }: Said,
    { buyer, phoneNumberId }: { readonly buyer: Buyer; readonly phoneNumberId: string },
  ): StoredMessage {
    return {
      id: newWamid(),
      buyer_key: buyer.key,
      phone_number_id: phoneNumberId,
      direction: 'in',
      type,
      text,
      body,
      context_id: context?.id ?? null,
      at_ms: timestamp_seconds === undefined ? this.parts.now() : timestamp_seconds * 1000,
      status: 'received',
      biz_opaque_callback_data: null,
      sent_to: null,
      error_code: null,
    };
  }

  private saidIn(input: BuyerMessage): Said {
    const { media } = this.parts;
    if (input.says !== undefined) return saidOf(input.says, media);
    const type = input.type ?? (input.text === undefined ? 'unsupported' : 'text');
    const body = input.body ?? this.bodyOf(input, type);
    return { type, body, text: type === 'text' ? textOf(body) : null, extra: {} };
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
}

function shownIn(from: BuyerMessage['from'], buyer: Buyer): ShownIdentity {
  const user_id = from.user_id === null ? null : buyer.user_id;
  return {
    wa_id: from.wa_id ?? null,
    user_id,
    parent_user_id: from.parent_user_id ?? null,
    in_from: from.user_id_in_from === true ? user_id : null,
  };
}

function textOf(body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'body' in body && typeof body.body === 'string'
    ? body.body
    : null;
}
