import { randomUUID } from 'node:crypto';
import type { SettingsStore } from '../settings/settings.store';
import { PairLimit } from './pair-limit.state';
import type { ReadRequest, SendRequest } from './send.schema';
import { parseSend } from './send.schema';
import { messageValue, messagesPayload, statusValue } from './webhook.payload';
import type { WebhookSender } from './webhook.sender';
import { WhatsAppError } from './whatsapp.errors';
import { isForward, isWindowOpen, threadAfterSend } from './whatsapp.state';
import type { Buyer, PlannedStatus, StoredMessage } from './whatsapp.state';
import type { WhatsAppStore } from './whatsapp.store';
import { newWamid } from './whatsapp.store';
import type { BuyerMessage } from '../control/control.schema';

type Parts = {
  readonly store: WhatsAppStore;
  readonly sender: WebhookSender;
  readonly settings: SettingsStore;
  readonly now: () => number;
  readonly businessAccountId: string;
};

/** What can happen on WhatsApp: a buyer writes or reads, the business sends or reads, time passes. */
export class WhatsAppActions {
  private readonly parts: Parts;
  private readonly pairs = new PairLimit();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private isStopped = false;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Plans anew what a stopped process had planned. */
  resume(): void {
    for (const planned of this.parts.store.planned.values()) this.schedule(planned);
  }

  stop(): void {
    this.isStopped = true;
    this.forget();
  }

  forget(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.pairs.clear();
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
    const { timestamp_seconds, text = '' } = input;
    const type = input.type ?? (input.text === undefined ? 'unsupported' : 'text');
    const body = input.body ?? (type === 'text' ? { body: text } : null);
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

  /** The buyer opens one of our messages. */
  buyerReads(identity: string, messageId: string): boolean {
    const message = this.parts.store.messages.get(messageId);
    const buyer = this.parts.store.findBuyer(identity);
    if (message?.direction !== 'out' || message.buyer_key !== buyer?.key) return false;
    this.report(message, 'read');
    return true;
  }

  /** POST /messages. Everything that can refuse comes before anything is written. */
  post(phoneNumberId: string, body: unknown): unknown {
    if (!this.parts.store.numbers.has(phoneNumberId)) {
      throw new WhatsAppError(
        100,
        `Unsupported post request. Object with ID '${phoneNumberId}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
        33,
      );
    }
    const request = parseSend(body);
    return request.kind === 'read'
      ? this.businessReads(phoneNumberId, request, body)
      : this.businessSends(phoneNumberId, request, body);
  }

  private businessSends(phoneNumberId: string, request: SendRequest, raw: unknown): unknown {
    const { store, settings, now } = this.parts;
    const buyer = this.recipientOf(request);
    this.checkTemplate(request);
    const thread = store.thread(phoneNumberId, buyer.key);
    const isRefused = request.type !== 'template' && !isWindowOpen(thread, now());
    if (isRefused && settings.current.whatsapp_window_error === 'sync') {
      throw new WhatsAppError(131047, 'Re-engagement message: more than 24 hours have passed.');
    }
    if (!this.pairs.take(`${phoneNumberId}|${buyer.key}`, settings.current.whatsapp_pair_limit, now())) {
      throw new WhatsAppError(131056, 'Too many messages were sent to the same number in a short time.');
    }
    const message: StoredMessage = {
      id: newWamid(),
      buyer_key: buyer.key,
      phone_number_id: phoneNumberId,
      direction: 'out',
      type: request.type,
      text: request.text,
      body: request.body,
      context_id: request.context_id,
      at_ms: now(),
      status: 'accepted',
      biz_opaque_callback_data: request.biz_opaque_callback_data,
      sent_to: request.address.sent_to,
      error_code: isRefused ? 131047 : null,
    };
    store.addMessage(message);
    store.addSend({
      kind: 'message',
      at_ms: message.at_ms,
      phone_number_id: phoneNumberId,
      request: raw,
      wamid: message.id,
    });
    if (thread !== undefined) store.putThread(phoneNumberId, buyer.key, threadAfterSend(thread, now()));
    this.planStatuses(message);
    return {
      messaging_product: 'whatsapp',
      contacts: [
        {
          input: request.address.input,
          ...(request.address.sent_to === 'phone' ? { wa_id: buyer.wa_id } : { user_id: buyer.user_id }),
        },
      ],
      messages: [{ id: message.id, ...(request.template !== null && { message_status: 'accepted' }) }],
    };
  }

  private businessReads(phoneNumberId: string, request: ReadRequest, raw: unknown): unknown {
    const { store, now } = this.parts;
    const message = store.messages.get(request.message_id);
    if (message?.direction !== 'in' || message.phone_number_id !== phoneNumberId)
      throw new WhatsAppError(131009, 'The message_id is not a message received by this number.');
    const thread = store.conversation(message.buyer_key).filter((one) => one.direction === 'in');
    for (const earlier of thread.slice(0, thread.findIndex(({ id }) => id === message.id) + 1).reverse()) {
      if (earlier.status === 'read') break;
      if (earlier.phone_number_id === phoneNumberId) store.setStatus(earlier, 'read');
    }
    store.addSend({
      kind: 'read',
      at_ms: now(),
      phone_number_id: phoneNumberId,
      request: raw,
      wamid: message.id,
    });
    return { success: true };
  }

  private recipientOf(request: SendRequest): Buyer {
    const { store } = this.parts;
    if (request.address.sent_to === 'phone') return store.rememberBuyer({ wa_id: request.address.value });
    const buyer = store.findBuyer(request.address.value);
    if (buyer === undefined) throw new WhatsAppError(131026, 'The user ID is unknown in this portfolio.');
    return buyer;
  }

  /** Names are checked once at least one template is registered; before that, every template is taken. */
  private checkTemplate(request: SendRequest): void {
    const { template } = request;
    const { templates } = this.parts.store;
    if (template === null || templates.size === 0) return;
    for (const known of templates.values()) {
      const isSame = known.name === template.name && known.language === template.language;
      if (isSame && known.status === 'APPROVED') return;
    }
    throw new WhatsAppError(
      132001,
      `template name (${template.name}) does not exist in ${template.language}`,
    );
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

  private planStatuses(message: StoredMessage): void {
    const { sent_ms, delivered_ms, read_ms } = this.parts.settings.current.auto_statuses;
    const plans: [PlannedStatus['status'], number | null][] =
      message.error_code === null
        ? [
            ['sent', sent_ms],
            ['delivered', delivered_ms],
            ['read', read_ms],
          ]
        : [['failed', sent_ms ?? 0]];
    for (const [status, delayMs] of plans) {
      if (delayMs === null) continue;
      const planned = { id: randomUUID(), wamid: message.id, status, due_at_ms: this.parts.now() + delayMs };
      this.schedule(this.parts.store.planned.put(planned.id, planned));
    }
  }

  private schedule(planned: PlannedStatus): void {
    const timer = setTimeout(
      () => {
        this.timers.delete(planned.id);
        if (this.isStopped) return;
        this.parts.store.planned.delete(planned.id);
        const message = this.parts.store.messages.get(planned.wamid);
        if (message !== undefined) this.report(message, planned.status);
      },
      Math.max(0, planned.due_at_ms - this.parts.now()),
    );
    this.timers.set(planned.id, timer);
  }

  private report(message: StoredMessage, status: PlannedStatus['status']): void {
    if (!isForward(message.status, status)) return;
    const { store, sender, businessAccountId, now } = this.parts;
    const buyer = store.findBuyer(message.buyer_key);
    const number = store.numbers.get(message.phone_number_id);
    if (buyer === undefined || number === undefined) return;
    const reported = store.setStatus(message, status, message.error_code);
    const value = statusValue(reported, buyer, { status, at_ms: now() });
    sender.send(messagesPayload(businessAccountId, number, value));
  }
}

function textOf(body: unknown): string | null {
  return typeof body === 'object' && body !== null && 'body' in body && typeof body.body === 'string'
    ? body.body
    : null;
}
