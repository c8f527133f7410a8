import type { SettingsStore } from '../settings/settings.store';
import type { Journal } from '../state/journal.store';
import { RollingWindow } from '../state/rate-limit.state';
import { MessagingLimit } from './messaging-limit.state';
import { PairLimit } from './pair-limit.state';
import { PriceList } from './pricing';
import type { ReadRequest, SendRequest } from './send.schema';
import { parseSend } from './send.schema';
import type { StatusReports } from './status.actions';
import { checkParameters, findTemplate } from './template.check';
import { WhatsAppError, unknownObject } from './whatsapp.errors';
import { freeEntryEndsAtMs, isWindowOpen, threadAfterSend } from './whatsapp.state';
import type { BusinessNumber, Buyer, StoredMessage, Template } from './whatsapp.state';
import { newWamid } from './whatsapp.store';
import type { WhatsAppStore } from './whatsapp.store';

type Parts = {
  readonly journal: Journal;
  readonly store: WhatsAppStore;
  readonly statuses: StatusReports;
  readonly settings: SettingsStore;
  readonly now: () => number;
};

/** One POST to /messages. */
export type SendCall = {
  readonly phoneNumberId: string;
  readonly body: unknown;
  /** Its row among the calls. */
  readonly callId: string | null;
  /** A planned failure that is reported later, not answered. */
  readonly failWith: number | null;
};

type Outgoing = {
  readonly number: BusinessNumber;
  readonly request: SendRequest;
  readonly buyer: Buyer;
  readonly template: Template | null;
};

/** What the business does: it sends, and marks messages as read. */
export class SendActions {
  private readonly parts: Parts;
  private readonly pairs: PairLimit;
  private readonly firsts: MessagingLimit;
  private readonly prices: PriceList;
  private readonly throughput = new Map<string, RollingWindow>();

  constructor(parts: Parts) {
    this.parts = parts;
    this.pairs = new PairLimit(parts.journal.table('whatsapp_pairs'));
    this.firsts = new MessagingLimit(parts.journal.table('whatsapp_initiated'));
    this.prices = new PriceList(parts.journal.table('whatsapp_service_messages'), parts.settings);
  }

  forget(): void {
    this.throughput.clear();
  }

  /** POST /messages. Everything that can refuse comes before anything is written. */
  post(call: SendCall): unknown {
    const number = this.parts.store.numbers.get(call.phoneNumberId);
    if (number === undefined) throw unknownObject(call.phoneNumberId, 'post');
    const request = parseSend(call.body);
    return request.kind === 'read' ? this.markRead(number, request, call) : this.send(number, request, call);
  }

  private send(number: BusinessNumber, request: SendRequest, call: SendCall): unknown {
    const { store, now, settings } = this.parts;
    this.checkThroughput(number);
    const template = this.templateOf(request);
    const buyer = this.recipientOf(number, request);
    const outgoing = { number, request, buyer, template };
    const lateError = call.failWith ?? this.lateErrorOf(outgoing);
    if (lateError === 131047 && settings.current.whatsapp_window_error === 'sync')
      throw new WhatsAppError(131047);
    const pair = `${number.id}|${buyer.key}`;
    if (!this.pairs.take(pair, settings.current.whatsapp_pair_limit, now())) throw new WhatsAppError(131056);
    const messageStatus = this.messageStatusOf(request);
    const isHeldBack = messageStatus !== null && messageStatus !== 'accepted';
    const message = this.commit({ ...outgoing, isHeldBack }, lateError);
    if (call.callId !== null) store.changeCall(call.callId, { wamid: message.id });
    if (!isHeldBack) this.parts.statuses.plan(message);
    return {
      messaging_product: 'whatsapp',
      contacts: [
        {
          input: request.address.input,
          ...(request.address.sent_to === 'phone' ? { wa_id: buyer.wa_id } : { user_id: buyer.user_id }),
        },
      ],
      messages: [{ id: message.id, ...(messageStatus !== null && { message_status: messageStatus }) }],
    };
  }

  /** What the answer says of a template; null = the message is none. */
  private messageStatusOf({ template }: SendRequest): string | null {
    return template === null ? null : this.parts.settings.current.whatsapp_template_message_status;
  }

  private commit(
    { number, request, buyer, template, isHeldBack }: Outgoing & { readonly isHeldBack: boolean },
    errorCode: number | null,
  ): StoredMessage {
    const { store, now } = this.parts;
    const before = store.thread(number.id, buyer.key);
    const thread = before === undefined || errorCode !== null ? before : threadAfterSend(before, now());
    if (thread !== undefined && thread !== before) store.putThread(number.id, buyer.key, thread);
    const priced = {
      phone_number_id: number.id,
      template_category: request.template === null ? null : (template?.category ?? 'UTILITY'),
      thread,
    };
    const message: StoredMessage = {
      id: newWamid(),
      buyer_key: buyer.key,
      phone_number_id: number.id,
      direction: 'out',
      type: request.type,
      text: request.text,
      body: request.body,
      context_id: request.context_id,
      at_ms: now(),
      status: 'accepted',
      biz_opaque_callback_data: request.biz_opaque_callback_data,
      sent_to: request.address.sent_to,
      error_code: errorCode,
      ...(isHeldBack && { is_held_back: true }),
      ...(errorCode === null && {
        pricing: this.prices.price(priced, now()),
        free_entry_ends_at_ms: freeEntryEndsAtMs(thread, now()),
      }),
    };
    store.addMessage(message);
    return message;
  }

  /** What Meta finds out only after it has taken the message; null = nothing. */
  private lateErrorOf(outgoing: Outgoing): number | null {
    if (isUnknownMedia(this.parts.store, outgoing.request)) return 131053;
    return this.buyerErrorOf(outgoing) ?? this.windowErrorOf(outgoing);
  }

  private buyerErrorOf({ buyer, template }: Outgoing): number | null {
    const state = this.parts.store.buyerStates.get(buyer.key);
    if (state === undefined) return null;
    if (state.is_unreachable) return 131026;
    return state.has_stopped_marketing && template?.category === 'MARKETING' ? 131050 : null;
  }

  private windowErrorOf({ number, request, buyer }: Outgoing): number | null {
    const { store, settings, now } = this.parts;
    if (isWindowOpen(store.thread(number.id, buyer.key), now())) return null;
    if (request.template === null) return 131047;
    // Meta names no code of its own for a used-up messaging limit; this is its code for "no more from this number".
    return this.firsts.take(buyer.key, settings.current.whatsapp_messaging_limit, now()) ? null : 131048;
  }

  private checkThroughput(number: BusinessNumber): void {
    const own = number.throughput_per_second;
    const limit =
      own === undefined ? this.parts.settings.current.whatsapp_throughput : { max: own, interval_ms: 1_000 };
    if (limit === null) return;
    const window = this.throughput.get(number.id) ?? new RollingWindow();
    this.throughput.set(number.id, window);
    if (window.take(limit, this.parts.now()).isAllowed) return;
    throw new WhatsAppError(130429, undefined, {
      retryAfterSeconds: Math.ceil(limit.interval_ms / 1000),
    });
  }

  /** Names are checked once at least one template is known; before that, every template is taken. */
  private templateOf({ template: sent, address }: SendRequest): Template | null {
    const { templates } = this.parts.store;
    if (sent === null || templates.size === 0) return null;
    const template = findTemplate(templates.values(), sent);
    checkParameters(template, sent);
    if (template.category === 'AUTHENTICATION' && address.sent_to === 'user_id')
      throw new WhatsAppError(131062);
    return template;
  }

  private recipientOf(number: BusinessNumber, { address }: SendRequest): Buyer {
    const { store } = this.parts;
    if (address.value === number.display_phone_number.replace(/\D/g, '')) throw new WhatsAppError(131021);
    if (address.sent_to === 'phone') return store.rememberBuyer({ wa_id: address.value });
    const buyer = store.findBuyer(address.value);
    if (buyer === undefined) throw new WhatsAppError(131026, 'The user ID is unknown in this portfolio.');
    return buyer;
  }

  private markRead(number: BusinessNumber, request: ReadRequest, call: SendCall): unknown {
    const { store, now } = this.parts;
    const message = store.messages.get(request.message_id);
    if (message?.direction !== 'in' || message.phone_number_id !== number.id)
      throw new WhatsAppError(131009, 'The message_id is not a message received by this number.');
    const thread = store.conversation(message.buyer_key).filter((one) => one.direction === 'in');
    for (const earlier of thread.slice(0, thread.findIndex(({ id }) => id === message.id) + 1).reverse()) {
      if (earlier.status === 'read') break;
      if (earlier.phone_number_id === number.id) store.setStatus(earlier, 'read');
    }
    store.addReadMark({
      buyer_key: message.buyer_key,
      phone_number_id: number.id,
      message_id: message.id,
      last_message_id: store.conversation(message.buyer_key).at(-1)?.id ?? message.id,
      at_ms: now(),
      shows_typing: request.shows_typing,
    });
    if (call.callId !== null)
      store.changeCall(call.callId, { wamid: message.id, address: message.buyer_key });
    return { success: true };
  }
}

/** Ids of files are checked once at least one file was put up; before that, every id is taken. */
function isUnknownMedia(store: WhatsAppStore, { media_id: id }: SendRequest): boolean {
  return id !== null && store.uploads.size > 0 && !store.uploads.has(id);
}
