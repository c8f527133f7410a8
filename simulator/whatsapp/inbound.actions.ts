import { randomBytes } from 'node:crypto';
import type {
  AppContactInput,
  BuyerCallInput,
  EchoInput,
  FieldReportInput,
  HistoryInput,
  IdentityChangeInput,
  PreferenceInput,
} from '../control/inbound.schema';
import type { SettingsStore } from '../settings/settings.store';
import { sampleOf } from './field.samples';
import { historyBodies } from './history.payload';
import type { MediaStore } from './media.store';
import { saidOf } from './speech';
import {
  changePayload,
  reportPayload,
  contactsOf,
  secondsOf,
  valueOf,
  withoutNulls,
} from './webhook.payload';
import type { WebhookSender } from './webhook.sender';
import type { BusinessNumber, Buyer } from './whatsapp.state';
import type { WhatsAppStore } from './whatsapp.store';
import { newWamid, userIdOf } from './whatsapp.store';

type Parts = {
  readonly store: WhatsAppStore;
  readonly sender: WebhookSender;
  readonly settings: SettingsStore;
  readonly media: MediaStore;
  readonly now: () => number;
  readonly businessAccountId: string;
};

/** What Meta reports beside buyers' messages and statuses. */
export class InboundActions {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Somebody of the business writes on the phone app: it is on the buyer's phone, and we hear of it. */
  phoneWrites(input: EchoInput): string {
    const { store } = this.parts;
    const number = store.numberOf(input.phone_number_id);
    const buyer = store.rememberBuyer(input.to);
    const said = saidOf(input.says ?? { text: input.text ?? '' }, this.parts.media);
    const at_ms = input.timestamp_seconds === undefined ? this.parts.now() : input.timestamp_seconds * 1000;
    const id = newWamid();
    store.addMessage({
      id,
      buyer_key: buyer.key,
      phone_number_id: number.id,
      direction: 'out',
      type: said.type,
      text: said.text,
      body: said.body,
      context_id: input.context?.id ?? null,
      at_ms,
      status: 'delivered',
      biz_opaque_callback_data: null,
      sent_to: null,
      error_code: null,
    });
    const echo = {
      from: number.display_phone_number,
      to: input.to.wa_id ?? null,
      to_user_id: input.to.user_id === null ? null : buyer.user_id,
      to_parent_user_id: input.to.parent_user_id ?? null,
      id,
      timestamp: secondsOf(at_ms),
      type: said.type,
      [said.type]: said.body,
      context: input.context ?? null,
    };
    const value = { message_echoes: [{ ...withoutNulls(echo), ...said.extra }] };
    this.report('smb_message_echoes', number, { value, copies: input.copies });
    return id;
  }

  /** A buyer gets other identifiers: later messages and statuses carry them. */
  changesIdentity(input: IdentityChangeInput): Buyer {
    const { store, now } = this.parts;
    const number = store.numberOf(input.phone_number_id);
    const before = store.rememberBuyer(input.of);
    const after = identityAfter(store, before, input);
    const id = newWamid();
    const hash = randomBytes(8).toString('hex');
    const isNewPhone = input.kind === 'customer_identity_changed';
    const message = {
      from: input.of.wa_id ?? null,
      from_user_id: input.kind === 'customer_changed_number' ? null : after.user_id,
      id,
      timestamp: secondsOf(now()),
      type: 'system',
      identity: isNewPhone ? { acknowledged: true, created_timestamp: now(), hash } : null,
      system: withoutNulls({
        body: `User ${before.name ?? ''} changed`,
        type: input.kind,
        ...(isNewPhone ? { identity: hash, customer: before.wa_id } : systemFields(input, before, after)),
      }),
    };
    this.report('messages', number, { value: { messages: [withoutNulls(message)] }, copies: input.copies });
    return after;
  }

  /** The past of the phone app, in as many parts and in such an order as asked for; gives the ids as they were given. */
  sharesHistory(input: HistoryInput): string[] {
    const number = this.parts.store.numberOf(input.phone_number_id);
    const { seed } = this.parts.settings.current.webhook_delivery;
    const threads = input.threads.map((thread) => ({
      buyer: this.parts.store.rememberBuyer(thread.with),
      shown: thread.with,
      messages: thread.messages.map((message) => ({
        ...message,
        id: newWamid(),
        said: saidOf(message.says ?? { text: message.text ?? '' }, this.parts.media),
      })),
    }));
    for (const value of historyBodies(input, { threads, number, nowMs: this.parts.now(), seed }))
      this.report('history', number, { value });
    return threads.flatMap(({ messages }) => messages.map(({ id }) => id));
  }

  /** The address book of the phone app changes. */
  changesAppContact({ contact, action, phone_number_id }: AppContactInput): void {
    const number = this.parts.store.numberOf(phone_number_id);
    const [firstName] = (contact.name ?? '').split(' ');
    const entry = withoutNulls({
      full_name: contact.name ?? null,
      first_name: firstName === '' ? null : (firstName ?? null),
      phone_number: contact.wa_id ?? null,
      user_id: contact.user_id ?? null,
      parent_user_id: contact.parent_user_id ?? null,
      username: contact.username ?? null,
    });
    const metadata = { timestamp: secondsOf(this.parts.now()) };
    const value = { state_sync: [{ type: 'contact', action, contact: entry, metadata }] };
    this.report('smb_app_state_sync', number, { value });
  }

  /** A buyer chooses in WhatsApp itself what they want to get. */
  prefers({ of, value, category, phone_number_id }: PreferenceInput): void {
    const number = this.parts.store.numberOf(phone_number_id);
    const buyer = this.parts.store.rememberBuyer(of);
    const shown = { wa_id: of.wa_id ?? null, user_id: of.user_id === null ? null : buyer.user_id };
    const preference = withoutNulls({
      ...shown,
      parent_user_id: of.parent_user_id ?? null,
      detail: `User requested to ${value} marketing messages`,
      category,
      value,
      // A number here, and a text everywhere else: so it is at Meta.
      timestamp: Number(secondsOf(this.parts.now())),
    });
    const contacts = contactsOf(buyer, shown);
    this.report('user_preferences', number, { value: { contacts, user_preferences: [preference] } });
  }

  /** A buyer calls: whoever is called may write freely for a day, as after a message. */
  buyerCalls({ from, phone_number_id, timestamp_seconds, copies }: BuyerCallInput): string {
    const { store, now } = this.parts;
    const number = store.numberOf(phone_number_id);
    const buyer = store.rememberBuyer(from);
    const at_ms = timestamp_seconds === undefined ? now() : timestamp_seconds * 1000;
    store.openWindow({ phoneNumberId: number.id, buyerKey: buyer.key, at_ms, isFromAd: false });
    const shown = { wa_id: from.wa_id ?? null, user_id: from.user_id === null ? null : buyer.user_id };
    const call = {
      id: `wacid.${randomBytes(16).toString('hex')}`,
      from: shown.wa_id,
      from_user_id: shown.user_id,
      to: number.display_phone_number,
      event: 'connect',
      timestamp: secondsOf(at_ms),
      direction: 'USER_INITIATED',
    };
    const value = { contacts: contactsOf(buyer, shown), calls: [withoutNulls(call)] };
    this.report('calls', number, { value, copies });
    return call.id;
  }

  /** Anything else Meta reports. */
  reports({ field, value, phone_number_id, copies }: FieldReportInput): void {
    const number = this.parts.store.numberOf(phone_number_id);
    const given = value ?? sampleOf(field, number, this.parts.now());
    const payload = reportPayload(this.parts.businessAccountId, { field, value: given }, this.parts.now());
    this.parts.sender.send(payload, copies ?? 1);
  }

  private report(
    field: string,
    number: BusinessNumber,
    given: { readonly value: Readonly<Record<string, unknown>>; readonly copies?: number | undefined },
  ): void {
    const payload = changePayload(this.parts.businessAccountId, field, valueOf(number, given.value));
    this.parts.sender.send(payload, given.copies ?? 1);
  }
}

/** A new number brings a new user id, also when none was named. */
function identityAfter(store: WhatsAppStore, before: Buyer, input: IdentityChangeInput): Buyer {
  if (input.kind === 'customer_identity_changed') return before;
  const user_id =
    input.new_user_id ??
    userIdOf(`${input.new_wa_id ?? randomBytes(8).toString('hex')} of ${before.user_id}`);
  return store.moveBuyer(before, { wa_id: input.new_wa_id, user_id });
}

function systemFields(
  input: IdentityChangeInput,
  before: Buyer,
  after: Buyer,
): Readonly<Record<string, unknown>> {
  const newPhone = input.hide_new_phone === true ? null : (input.new_wa_id ?? null);
  if (input.kind === 'customer_changed_number') return { wa_id: newPhone, customer: before.wa_id };
  return {
    wa_id: newPhone ?? (input.kind === 'user_changed_user_id' ? (input.of.wa_id ?? null) : null),
    user_id: after.user_id,
    parent_user_id: input.new_parent_user_id ?? null,
    previous_user_id: before.user_id,
    previous_parent_user_id: input.previous_parent_user_id ?? null,
  };
}
