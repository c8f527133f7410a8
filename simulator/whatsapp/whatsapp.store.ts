import { createHash, randomBytes } from 'node:crypto';
import type { Journal, Table } from '../state/journal.store';
import type {
  BusinessNumber,
  Buyer,
  BuyerState,
  CallRecord,
  MessageStatus,
  PlannedStatus,
  ReadMark,
  StoredMessage,
  Template,
  Thread,
  Upload,
} from './whatsapp.state';

export type BuyerInput = {
  readonly wa_id?: string | undefined;
  readonly user_id?: string | null | undefined;
  readonly name?: string | undefined;
  readonly username?: string | undefined;
};

/** Everything WhatsApp remembers: buyers, messages, threads, numbers and planned statuses. */
export class WhatsAppStore {
  readonly numbers: Table<BusinessNumber>;
  readonly messages: Table<StoredMessage>;
  readonly calls: Table<CallRecord>;
  readonly readMarks: Table<ReadMark>;
  readonly uploads: Table<Upload>;
  readonly buyerStates: Table<BuyerState>;
  readonly planned: Table<PlannedStatus>;
  readonly templates: Table<Template>;
  private readonly buyers: Table<Buyer>;
  private readonly threads: Table<Thread>;
  private readonly defaultNumber: BusinessNumber;
  private keyByWaId = new Map<string, string>();
  private keyByUserId = new Map<string, string>();
  private messageIdsByBuyer = new Map<string, string[]>();

  constructor(journal: Journal, defaultNumber: BusinessNumber) {
    this.numbers = journal.table('whatsapp_numbers');
    this.messages = journal.table('whatsapp_messages');
    this.calls = journal.table('whatsapp_calls');
    this.readMarks = journal.table('whatsapp_read_marks');
    this.uploads = journal.table('whatsapp_uploads');
    this.buyerStates = journal.table('whatsapp_buyer_states');
    this.planned = journal.table('whatsapp_planned_statuses');
    this.templates = journal.table('whatsapp_templates');
    this.buyers = journal.table('whatsapp_buyers');
    this.threads = journal.table('whatsapp_threads');
    this.defaultNumber = defaultNumber;
    this.rebuild();
  }

  /** Builds the look-ups anew from the tables. */
  rebuild(): void {
    this.keyByWaId = new Map();
    this.keyByUserId = new Map();
    this.messageIdsByBuyer = new Map();
    this.numbers.put(this.defaultNumber.id, {
      ...this.numbers.get(this.defaultNumber.id),
      ...this.defaultNumber,
    });
    for (const buyer of this.buyers.values()) this.indexBuyer(buyer);
    for (const message of this.messages.values()) this.indexMessage(message);
  }

  listBuyers(): Buyer[] {
    return [...this.buyers.values()];
  }

  findBuyer(identity: string): Buyer | undefined {
    const key = this.keyByWaId.get(identity) ?? this.keyByUserId.get(identity);
    return key === undefined ? undefined : this.buyers.get(key);
  }

  /** The buyer with one of these identities, created or brought up to date. */
  rememberBuyer(input: BuyerInput): Buyer {
    const known = this.knownBuyer(input);
    const before = known ?? newBuyer(input);
    const buyer: Buyer = {
      key: before.key,
      wa_id: input.wa_id ?? before.wa_id,
      user_id: input.user_id ?? before.user_id,
      name: input.name ?? before.name,
      username: input.username ?? before.username,
    };
    if (JSON.stringify(buyer) === JSON.stringify(known)) return buyer;
    this.indexBuyer(buyer);
    return this.buyers.put(buyer.key, buyer);
  }

  /** The same person under a new number or user id; the old ones still find them. */
  moveBuyer(buyer: Buyer, to: { readonly wa_id?: string | undefined; readonly user_id: string }): Buyer {
    const moved = { ...buyer, wa_id: to.wa_id ?? buyer.wa_id, user_id: to.user_id };
    this.indexBuyer(moved);
    return this.buyers.put(buyer.key, moved);
  }

  private knownBuyer({ wa_id, user_id }: BuyerInput): Buyer | undefined {
    const byPhone = wa_id === undefined ? undefined : this.findBuyer(wa_id);
    if (byPhone !== undefined || typeof user_id !== 'string') return byPhone;
    return this.findBuyer(user_id);
  }

  numberOf(id: string | undefined, displayPhoneNumber?: string): BusinessNumber {
    if (id === undefined) return this.defaultNumber;
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    return this.numbers.put(id, { id, display_phone_number: displayPhoneNumber ?? `1202${id.slice(-7)}` });
  }

  addMessage(message: StoredMessage): void {
    this.messages.put(message.id, message);
    this.indexMessage(message);
  }

  setStatus(message: StoredMessage, status: MessageStatus, errorCode: number | null = null): StoredMessage {
    return this.messages.put(message.id, { ...message, status, error_code: errorCode });
  }

  /** All messages with this buyer, in the order in which they came to be. */
  conversation(buyerKey: string): StoredMessage[] {
    const ids = this.messageIdsByBuyer.get(buyerKey) ?? [];
    return ids.map((id) => this.messages.get(id)).filter((message) => message !== undefined);
  }

  /** A POST to /messages arrives; gives the number under which its fate is added. */
  addCall(call: Omit<CallRecord, 'id'>): string {
    const id = String(this.calls.size + 1);
    return this.calls.put(id, { ...call, id }).id;
  }

  changeCall(id: string, change: Partial<CallRecord>): void {
    const call = this.calls.get(id);
    if (call !== undefined) this.calls.put(id, { ...call, ...change });
  }

  addReadMark(mark: ReadMark): void {
    this.readMarks.put(String(this.readMarks.size + 1), mark);
  }

  thread(phoneNumberId: string, buyerKey: string): Thread | undefined {
    return this.threads.get(`${phoneNumberId}|${buyerKey}`);
  }

  putThread(phoneNumberId: string, buyerKey: string, thread: Thread): void {
    this.threads.put(`${phoneNumberId}|${buyerKey}`, thread);
  }

  /** A buyer wrote or called. */
  openWindow(by: {
    readonly phoneNumberId: string;
    readonly buyerKey: string;
    readonly at_ms: number;
    readonly isFromAd: boolean;
  }): void {
    const before = this.thread(by.phoneNumberId, by.buyerKey);
    this.putThread(by.phoneNumberId, by.buyerKey, {
      last_inbound_at_ms: Math.max(by.at_ms, before?.last_inbound_at_ms ?? 0),
      ad_inbound_at_ms: by.isFromAd ? by.at_ms : (before?.ad_inbound_at_ms ?? null),
      free_entry_from_ms: before?.free_entry_from_ms ?? null,
    });
  }

  private indexBuyer(buyer: Buyer): void {
    if (buyer.wa_id !== null) this.keyByWaId.set(buyer.wa_id, buyer.key);
    this.keyByUserId.set(buyer.user_id, buyer.key);
  }

  private indexMessage(message: StoredMessage): void {
    const ids = this.messageIdsByBuyer.get(message.buyer_key);
    if (ids === undefined) this.messageIdsByBuyer.set(message.buyer_key, [message.id]);
    else ids.push(message.id);
  }
}

function newBuyer({
  wa_id = null,
  user_id,
}: Omit<BuyerInput, 'wa_id'> & { wa_id?: string | null | undefined }): Buyer {
  const userId = user_id ?? userIdOf(wa_id ?? randomBytes(8).toString('hex'));
  return { key: wa_id ?? userId, wa_id, user_id: userId, name: null, username: null };
}

/** The business-scoped user id of a buyer: always the same for the same phone number. */
export function userIdOf(waId: string): string {
  const digest = createHash('sha256').update(waId).digest('hex').slice(0, 16);
  return `US.${BigInt(`0x${digest}`).toString().padStart(20, '1')}`;
}

/** A fresh message id in the form Meta gives it. */
export function newWamid(): string {
  return `wamid.${randomBytes(30).toString('base64url')}=`;
}
