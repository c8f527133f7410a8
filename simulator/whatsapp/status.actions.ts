import { randomUUID } from 'node:crypto';
import type { SettingsStore } from '../settings/settings.store';
import { statusValue } from './status.payload';
import { messagesPayload } from './webhook.payload';
import type { WebhookSender } from './webhook.sender';
import { isForward } from './whatsapp.state';
import type { PlannedStatus, StoredMessage } from './whatsapp.state';
import type { WhatsAppStore } from './whatsapp.store';

type Parts = {
  readonly store: WhatsAppStore;
  readonly sender: WebhookSender;
  readonly settings: SettingsStore;
  readonly now: () => number;
  readonly businessAccountId: string;
};

/** Reports what becomes of messages of the business: now, or at the time planned for it. */
export class StatusReports {
  private readonly parts: Parts;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private isStopped = false;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Sets the timers of all that is planned: after a start, and after the clock was moved. */
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
  }

  /** Plans the statuses of a message that was taken: on its way to the phone, or failed. */
  plan(message: StoredMessage): void {
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

  /** Reports a status at once, unless the message is further already. */
  report(message: StoredMessage, status: PlannedStatus['status']): void {
    if (!isForward(message.status, status)) return;
    const { store, sender, businessAccountId, now } = this.parts;
    const buyer = store.findBuyer(message.buyer_key);
    const number = store.numbers.get(message.phone_number_id);
    if (buyer === undefined || number === undefined) return;
    const value = statusValue({ ...message, status }, buyer, { status, at_ms: now() });
    sender.send(messagesPayload(businessAccountId, number, value));
    // Only now, as with the plan: whoever dies in between reports twice, and that is allowed; silence is not.
    store.setStatus(message, status, message.error_code);
  }

  private schedule(planned: PlannedStatus): void {
    clearTimeout(this.timers.get(planned.id));
    const timer = setTimeout(
      () => {
        this.timers.delete(planned.id);
        if (this.isStopped) return;
        const message = this.parts.store.messages.get(planned.wamid);
        if (message !== undefined) this.report(message, planned.status);
        this.parts.store.planned.delete(planned.id);
      },
      Math.max(0, planned.due_at_ms - this.parts.now()),
    );
    this.timers.set(planned.id, timer);
  }
}
