import { randomUUID } from 'node:crypto';
import type { Fault, FaultStore } from '../faults/fault.store';
import type { SettingsStore } from '../settings/settings.store';
import type { Journal, Table } from '../state/journal.store';
import { metaJson, signatureOf } from './webhook.payload';

const DELIVERIES_IN_FLIGHT_MAX = 256;
const ATTEMPTS_KEPT_MAX = 20;
const GIVE_UP_AFTER_MS = 7 * 24 * 3_600_000;

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
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly queue: string[] = [];
  private readonly inFlight = new Set<string>();
  private abort = new AbortController();
  private isStopped = false;

  constructor(parts: SenderParts) {
    this.parts = parts;
    this.contents = parts.journal.table('webhook_contents');
    this.progress = parts.journal.table('webhook_progress');
  }

  /** Takes a payload to be delivered; every copy is a delivery of its own with the same bytes. */
  send(payload: unknown, copies = 1): string[] {
    const text = metaJson(payload);
    return Array.from({ length: copies }, () => {
      const id = randomUUID();
      this.contents.put(id, { id, created_at_ms: this.parts.now(), text });
      this.progress.put(id, { state: 'pending', attempt_count: 0, attempts: [] });
      this.enqueue(id);
      return id;
    });
  }

  /** Tries everything that is still pending now, without waiting for its pause to end. */
  resume(): void {
    for (const delivery of this.list()) {
      if (delivery.state !== 'pending' || this.inFlight.has(delivery.id)) continue;
      this.schedule(delivery.id, 0);
    }
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
      this.schedule(id, this.parts.settings.current.webhook_retry.max_ms);
      return;
    }
    const signal = this.abort.signal;
    const attempt = await this.attempt(content, url, signal);
    if (this.isStopped || signal.aborted || !this.contents.has(id)) return;
    this.settle(content, attempt);
  }

  private settle(content: Content, attempt: Attempt): void {
    const before = this.progressOf(content.id);
    const isTooOld = this.parts.now() - content.created_at_ms > GIVE_UP_AFTER_MS;
    const state = attempt.status === 200 ? 'delivered' : isTooOld ? 'dropped' : 'pending';
    const { attempt_count } = this.progress.put(content.id, {
      state,
      attempt_count: before.attempt_count + 1,
      attempts: [...before.attempts, attempt].slice(-ATTEMPTS_KEPT_MAX),
    });
    if (state !== 'pending') return;
    const { first_ms, max_ms } = this.parts.settings.current.webhook_retry;
    this.schedule(content.id, Math.min(max_ms, first_ms * 2 ** Math.min(attempt_count - 1, 30)));
  }

  private async attempt(content: Content, url: string, signal: AbortSignal): Promise<Attempt> {
    const at_ms = this.parts.now();
    const target = { service: 'webhook', method: 'POST', path: url, body: content.text } as const;
    const fault = this.parts.faults.take(target);
    if (fault?.delay_ms !== undefined) await pause(fault.delay_ms);
    const unsent = fault === null ? null : unsentStatus(fault);
    if (unsent !== null) return { at_ms, status: unsent.status, error: 'fault: not delivered' };
    try {
      const status = await this.post(content.text, url, signal);
      return fault?.kind === 'cut-after-commit'
        ? { at_ms, status: null, error: 'fault: delivered, but the answer was lost' }
        : { at_ms, status, error: null };
    } catch (error) {
      return { at_ms, status: null, error: error instanceof Error ? error.message : String(error) };
    }
  }

  private async post(body: string, url: string, signal: AbortSignal): Promise<number> {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        accept: '*/*',
        'x-hub-signature': signatureOf(body, this.parts.appSecret, 'sha1'),
        'x-hub-signature-256': signatureOf(body, this.parts.appSecret),
      },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.parts.settings.current.webhook_timeout_ms)]),
    });
    await response.arrayBuffer();
    return response.status;
  }
}

/** What a fault makes of an attempt that never leaves the house; null when the attempt is made. */
function unsentStatus(fault: Fault): { readonly status: number | null } | null {
  switch (fault.kind) {
    case 'cut-before':
      return { status: null };
    case 'error':
      return { status: fault.status ?? 500 };
    case 'empty-502':
      return { status: 502 };
    case 'delay':
    case 'cut-after-commit':
    case 'hang':
    case 'unreadable':
      return null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
