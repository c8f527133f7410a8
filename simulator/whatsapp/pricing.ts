import type { SettingsStore } from '../settings/settings.store';
import type { Table } from '../state/journal.store';
import type { Pricing, Thread } from './whatsapp.state';
import { freeEntryEndsAtMs, isServiceWindowOpen } from './whatsapp.state';

/** Since this day answers inside the window are billed, after a free allowance for each number and month. */
const SERVICE_BILLED_FROM_MS = Date.UTC(2026, 9, 1);

export type Priced = {
  readonly phone_number_id: string;
  /** The category of the template; null = a free-form message. */
  readonly template_category: string | null;
  readonly thread: Thread | undefined;
};

/** Meta's bill: what each message costs and how much of the month's free allowance is used. */
export class PriceList {
  /** Number and month → free-form messages outside free entry. */
  private readonly serviceMessages: Table<number>;
  private readonly settings: SettingsStore;

  constructor(serviceMessages: Table<number>, settings: SettingsStore) {
    this.serviceMessages = serviceMessages;
    this.settings = settings;
  }

  /** The price of a message that leaves now; counts it. */
  price(message: Priced, nowMs: number): Pricing {
    const { template_category: templateCategory, thread } = message;
    if (freeEntryEndsAtMs(thread, nowMs) !== null)
      return { type: 'free_entry_point', category: 'referral_conversion' };
    const isBilled = nowMs >= SERVICE_BILLED_FROM_MS;
    if (templateCategory !== null) {
      const isFreeUtility = !isBilled && templateCategory === 'UTILITY' && isServiceWindowOpen(thread, nowMs);
      return {
        type: isFreeUtility ? 'free_customer_service' : 'regular',
        category: templateCategory.toLowerCase(),
      };
    }
    const used = this.countService(message.phone_number_id, nowMs);
    const isFree = !isBilled || used <= this.settings.current.whatsapp_free_service_messages;
    return { type: isFree ? 'free_customer_service' : 'regular', category: 'service' };
  }

  private countService(phoneNumberId: string, nowMs: number): number {
    const key = `${phoneNumberId}|${new Date(nowMs).toISOString().slice(0, 7)}`;
    return this.serviceMessages.put(key, (this.serviceMessages.get(key) ?? 0) + 1);
  }
}
