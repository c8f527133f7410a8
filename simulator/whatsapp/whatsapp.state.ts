/** Rows of the simulated WhatsApp side. All times are epoch milliseconds. */
export type Buyer = {
  readonly key: string;
  readonly wa_id: string | null;
  readonly user_id: string;
  readonly name: string | null;
  readonly username: string | null;
};

export type BusinessNumber = {
  readonly id: string;
  readonly display_phone_number: string;
  readonly quality_rating?: string;
  readonly status?: string;
  /** Messages per second; nothing = the setting for all numbers. */
  readonly throughput_per_second?: number;
};

/** What stands between the business and a buyer, whatever is sent. */
export type BuyerState = {
  /** The phone is gone, too old, or has blocked the business. */
  readonly is_unreachable: boolean;
  readonly has_stopped_marketing: boolean;
};

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
  /** Only on messages of the business that leave. */
  readonly pricing?: Pricing;
  /** Until when messages to this buyer are free, if that is why this one is. */
  readonly free_entry_ends_at_ms?: number | null;
  /** Taken, and not on its way before a status says so. */
  readonly is_held_back?: boolean;
};

export type Pricing = {
  readonly type: 'regular' | 'free_customer_service' | 'free_entry_point';
  readonly category: string;
};

/** One POST to /messages, whatever became of it. */
export type CallRecord = {
  readonly id: string;
  readonly kind: 'message' | 'read';
  readonly at_ms: number;
  readonly phone_number_id: string;
  /** The parsed body, or its text when it is no JSON. */
  readonly request: unknown;
  /** Whom it is about: the digits, the user id, or the key of the buyer. */
  readonly address: string | null;
  /** The message that was sent or marked as read; null = nothing was done. */
  readonly wamid: string | null;
  /** What the caller got: the status, null = no answer. Nothing yet while the call is open. */
  readonly answer: { readonly status: number | null; readonly error_code: number | null } | null;
};

/** The business has seen the messages of a buyer up to this one. */
export type ReadMark = {
  readonly buyer_key: string;
  readonly phone_number_id: string;
  readonly message_id: string;
  /** What stood last on the screen when the mark came. */
  readonly last_message_id: string;
  readonly at_ms: number;
  readonly shows_typing: boolean;
};

/** A file that the business put up for sending; the bytes themselves are not kept. */
export type Upload = {
  readonly id: string;
  readonly phone_number_id: string;
  readonly mime_type: string;
  readonly sha256: string;
  readonly file_size: number;
  readonly at_ms: number;
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
  readonly status: 'sent' | 'delivered' | 'read' | 'played' | 'failed';
  readonly due_at_ms: number;
};

export type Template = {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category: string;
  readonly components: unknown;
  readonly parameter_format: 'POSITIONAL' | 'NAMED';
  readonly quality_score: string;
  readonly rejected_reason: string | null;
};

const HOUR_MS = 3_600_000;
const SERVICE_WINDOW_MS = 24 * HOUR_MS;
const FREE_ENTRY_WINDOW_MS = 72 * HOUR_MS;

/** Whether free-form messages may leave now: 24 h after the buyer's last message, 72 h after our answer to an ad click. */
export function isWindowOpen(thread: Thread | undefined, nowMs: number): boolean {
  return isServiceWindowOpen(thread, nowMs) || freeEntryEndsAtMs(thread, nowMs) !== null;
}

/** Whether the buyer wrote within the last 24 h. */
export function isServiceWindowOpen(thread: Thread | undefined, nowMs: number): boolean {
  const last = thread?.last_inbound_at_ms ?? null;
  return last !== null && nowMs < last + SERVICE_WINDOW_MS;
}

/** When the free entry window that is open now ends; null = none is open. */
export function freeEntryEndsAtMs(thread: Thread | undefined, nowMs: number): number | null {
  const from = thread?.free_entry_from_ms ?? null;
  if (from === null || nowMs >= from + FREE_ENTRY_WINDOW_MS) return null;
  return from + FREE_ENTRY_WINDOW_MS;
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
