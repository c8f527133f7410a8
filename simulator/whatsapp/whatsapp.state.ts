/** Rows of the simulated WhatsApp side. All times are epoch milliseconds. */
export type Buyer = {
  readonly key: string;
  readonly wa_id: string | null;
  readonly user_id: string;
  readonly name: string | null;
  readonly username: string | null;
};

export type BusinessNumber = { readonly id: string; readonly display_phone_number: string };

export type MessageStatus = 'accepted' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'received';

export type StoredMessage = {
  readonly id: string;
  readonly buyer_key: string;
  readonly phone_number_id: string;
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly text: string | null;
  readonly body: unknown;
  readonly context_id: string | null;
  readonly at_ms: number;
  readonly status: MessageStatus;
  readonly biz_opaque_callback_data: string | null;
  /** How it was addressed: decides which identities its statuses may carry. */
  readonly sent_to: 'phone' | 'user_id' | null;
  readonly error_code: number | null;
};

/** One accepted POST to /messages: a message or a read mark. */
export type SendRecord = {
  readonly kind: 'message' | 'read';
  readonly at_ms: number;
  readonly phone_number_id: string;
  readonly request: unknown;
  readonly wamid: string;
};

/** What counts for the service window between a business number and a buyer. */
export type Thread = {
  readonly last_inbound_at_ms: number | null;
  readonly ad_inbound_at_ms: number | null;
  readonly free_entry_from_ms: number | null;
};

export type PlannedStatus = {
  readonly id: string;
  readonly wamid: string;
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  readonly due_at_ms: number;
};

export type Template = {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category: string;
  readonly components: unknown;
};

const HOUR_MS = 3_600_000;
const SERVICE_WINDOW_MS = 24 * HOUR_MS;
const FREE_ENTRY_WINDOW_MS = 72 * HOUR_MS;

/** Whether free-form messages may leave now: 24 h after the buyer's last message, 72 h after our answer to an ad click. */
export function isWindowOpen(thread: Thread | undefined, nowMs: number): boolean {
  if (thread === undefined) return false;
  const { last_inbound_at_ms, free_entry_from_ms } = thread;
  if (last_inbound_at_ms !== null && nowMs < last_inbound_at_ms + SERVICE_WINDOW_MS) return true;
  return free_entry_from_ms !== null && nowMs < free_entry_from_ms + FREE_ENTRY_WINDOW_MS;
}

/** The free entry window opens with the first answer within 24 h of a message that came from an ad. */
export function threadAfterSend(thread: Thread, nowMs: number): Thread {
  const { ad_inbound_at_ms, free_entry_from_ms } = thread;
  const isAnswerToAd = ad_inbound_at_ms !== null && nowMs < ad_inbound_at_ms + SERVICE_WINDOW_MS;
  if (!isAnswerToAd) return thread;
  if (free_entry_from_ms !== null && free_entry_from_ms >= ad_inbound_at_ms) return thread;
  return { ...thread, free_entry_from_ms: nowMs };
}

const RANKS: Readonly<Record<MessageStatus, number>> = {
  received: 0,
  accepted: 0,
  sent: 1,
  delivered: 2,
  read: 3,
  played: 4,
  failed: 5,
};

/** Statuses only move forward; a failed message stays failed. */
export function isForward(from: MessageStatus, to: MessageStatus): boolean {
  return RANKS[to] > RANKS[from];
}
