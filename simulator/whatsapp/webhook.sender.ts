import { randomUUID } from 'node:crypto';
import type { Fault, FaultStore } from '../faults/fault.store';
import type { SettingsStore } from '../settings/settings.store';
import type { Journal, Table } from '../state/journal.store';
import { isGivenUp, pauseAfterMs } from './webhook.back-off';
import { metaJson, signatureOf } from './webhook.payload';
import { postWebhook } from './webhook.post';
import { WaitingRoom } from './webhook.waiting';

const DELIVERIES_IN_FLIGHT_MAX = 256;
const ATTEMPTS_KEPT_MAX = 60;
/** A slow body: so many bytes, then a pause. */
const SLOW_BYTES = 64;
const SLOW_PAUSE_MS = 20;

export type Attempt = {
  readonly at_ms: number;
  readonly status: number | null;
  readonly error: string | null;
};
type Content = { readonly id: string; readonly created_at_ms: number; readonly text: string };
type Progress = {
  readonly state: 'pending' | 'delivered' | 'dropped';
  readonly attempt_count: number;
  readonly attempts: readonly Attempt[];
};
export type Delivery = Content & Progress;

type SenderParts = {
  readonly journal: Journal;
  readonly settings: SettingsStore;
  readonly faults: FaultStore;
  readonly now: () => number;
  readonly appSecret: string;
};

/**
 * Delivers webhooks like Meta: at least once, each on its own, again and again with growing pauses until the answer is
 * 200, for a week. What was pending when the process died goes on after the next start.
 */
export class WebhookSender {
  private readonly parts: SenderParts;
  private readonly contents: Table<Content>;
  private readonly progress: Table<Progress>;
  private readonly waiting: WaitingRoom;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly queue: string[] = [];
  private readonly inFlight = new Set<string>();
  private abort = new AbortController();
  private isStopped = false;

  constructor(parts: SenderParts) {
    this.parts = parts;
    this.contents = parts.journal.table('webhook_contents');
    this.progress = parts.journal.table('webhook_progress');
    this.waiting = new WaitingRoom({
      ...parts,
      deliver: (payload, copies) => {
        this.sendExactly(payload, copies);
      },
    });
  }

  /** Takes what happened on WhatsApp; the setting `webhook_delivery` says when and with what else it is delivered. */
  send(payload: unknown, copies = 1): void {
    this.waiting.take(payload, copies);
  }

  /** Takes a payload to be delivered as it is; every copy is a delivery of its own with the same bytes. */
  sendExactly(payload: unknown, copies = 1): string[] {
    const text = metaJson(payload);
    return Array.from({ length: copies }, () => {
      const id = randomUUID();
      // The content comes last: a start after a crash goes on with every content that it finds.
      this.progress.put(id, { state: 'pending', attempt_count: 0, attempts: [] });
      this.contents.put(id, { id, created_at_ms: this.parts.now(), text });
      this.enqueue(id);
      return id;
    });
  }

  /** Tries everything that is still pending now, without waiting for its pause to end. */
  resume(): void {
    this.waiting.look();
    for (const delivery of this.list()) {
      if (delivery.state !== 'pending' || this.inFlight.has(delivery.id)) continue;
      this.schedule(delivery.id, 0);
    }
  }

  /** How many events are not yet in a body. */
  get waitingCount(): number {
    return this.waiting.size;
  }

  list(): Delivery[] {
    return [...this.contents.values()].map((content) => ({ ...content, ...this.progressOf(content.id) }));
  }

  /** Ends all timers and open requests; nothing is delivered any more. */
  stop(): void {
    this.isStopped = true;
    this.forget();
  }

  /** Drops what is under way, for a reset. */
  forget(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.waiting.forget();
    this.queue.length = 0;
    this.abort.abort();
    this.abort = new AbortController();
  }

  private progressOf(id: string): Progress {
    return this.progress.get(id) ?? { state: 'dropped', attempt_count: 0, attempts: [] };
  }

  private schedule(id: string, delayMs: number): void {
    clearTimeout(this.timers.get(id));
    const timer = setTimeout(() => {
      this.timers.delete(id);
      this.enqueue(id);
    }, delayMs);
    this.timers.set(id, timer);
  }

  private enqueue(id: string): void {
    if (this.isStopped) return;
    if (this.inFlight.size >= DELIVERIES_IN_FLIGHT_MAX) {
      this.queue.push(id);
      return;
    }
    this.inFlight.add(id);
    void this.deliver(id).finally(() => {
      this.inFlight.delete(id);
      const next = this.queue.shift();
      if (next !== undefined) this.enqueue(next);
    });
  }

  private async deliver(id: string): Promise<void> {
    const content = this.contents.get(id);
    const url = this.parts.settings.current.webhook_url;
    if (content === undefined) return;
    if (url === null) {
      this.schedule(id, pauseAfterMs(1, this.parts.settings.current.webhook_back_off));
      return;
    }
    const signal = this.abort.signal;
    const attempt = await this.attempt(content, url, signal);
    if (this.isStopped || signal.aborted || !this.contents.has(id)) return;
    this.settle(content, attempt);
  }

  private settle(content: Content, attempt: Attempt): void {
    const before = this.progressOf(content.id);
    const backOff = this.parts.settings.current.webhook_back_off;
    const isTooOld = isGivenUp(this.parts.now() - content.created_at_ms, backOff);
    const state = attempt.status === 200 ? 'delivered' : isTooOld ? 'dropped' : 'pending';
    const { attempt_count } = this.progress.put(content.id, {
      state,
      attempt_count: before.attempt_count + 1,
      attempts: [...before.attempts, attempt].slice(-ATTEMPTS_KEPT_MAX),
    });
    if (state !== 'pending') return;
    this.schedule(content.id, pauseAfterMs(attempt_count, backOff));
  }

  private async attempt(content: Content, url: string, signal: AbortSignal): Promise<Attempt> {
    const at_ms = this.parts.now();
    const target = { service: 'webhook', method: 'POST', path: url, body: content.text } as const;
    const fault = this.parts.faults.take(target);
    if (fault?.delay_ms !== undefined && fault.kind !== 'slow-body') await pause(fault.delay_ms);
    const unsent = fault === null ? null : unsentStatus(fault);
    if (unsent !== null) return { at_ms, status: unsent.status, error: 'fault: not delivered' };
    try {
      const status = await this.post(content.text, url, { signal, fault });
      return fault?.kind === 'cut-after-commit'
        ? { at_ms, status: null, error: 'fault: delivered, but the answer was lost' }
        : { at_ms, status, error: null };
    } catch (error) {
      return { at_ms, status: null, error: error instanceof Error ? error.message : String(error) };
    }
  }

  private async post(
    text: string,
    url: string,
    { signal, fault }: { readonly signal: AbortSignal; readonly fault: Fault | null },
  ): Promise<number> {
    const { webhook_timeout_ms, webhook_delivery } = this.parts.settings.current;
    const isSlow = fault?.kind === 'slow-body';
    return await postWebhook(url, Buffer.from(text), {
      headers: {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        accept: '*/*',
        'x-hub-signature': signatureOf(text, this.parts.appSecret, 'sha1'),
        'x-hub-signature-256': signatureOf(text, this.parts.appSecret),
      },
      timeoutMs: webhook_timeout_ms,
      signal,
      trickle: isSlow
        ? { bytes: SLOW_BYTES, pause_ms: fault.delay_ms ?? SLOW_PAUSE_MS }
        : webhook_delivery.trickle,
      cut: fault?.kind === 'cut-body' ? 'body' : fault?.kind === 'cut-answer' ? 'answer' : null,
    });
  }
}

/** What a fault makes of an attempt that never leaves the house; null when the attempt is made. */
function unsentStatus(fault: Fault): { readonly status: number | null } | null {
  if (fault.kind === 'cut-before') return { status: null };
  if (fault.kind === 'error') return { status: fault.status ?? 500 };
  return fault.kind === 'empty-502' ? { status: 502 } : null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
