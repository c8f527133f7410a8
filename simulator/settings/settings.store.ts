import { z } from 'zod';
import type { Journal, Table } from '../state/journal.store';

const limit = z.object({ max: z.int().positive(), interval_ms: z.int().positive() }).nullable();

const settingsSchema = z.strictObject({
  /** Milliseconds after a send at which each status is reported; null = never. */
  auto_statuses: z.strictObject({
    sent_ms: z.int().nonnegative().nullable(),
    delivered_ms: z.int().nonnegative().nullable(),
    read_ms: z.int().nonnegative().nullable(),
  }),
  webhook_url: z.url().nullable(),
  webhook_retry: z.strictObject({ first_ms: z.int().positive(), max_ms: z.int().positive() }),
  webhook_timeout_ms: z.int().positive(),
  /** A closed 24 h window is refused at once or, as Meta mostly does, accepted and then reported as failed. */
  whatsapp_window_error: z.enum(['async', 'sync']),
  /** Messages to one user: `burst` at once, then one per interval; null = no limit. */
  whatsapp_pair_limit: z
    .strictObject({ burst: z.int().positive(), interval_ms: z.int().positive() })
    .nullable(),
  /** Messages of one business number in an interval; a number can have its own (`/control/whatsapp/numbers`). */
  whatsapp_throughput: limit,
  /** Different buyers a business may write to first within 24 h, over all its numbers; null = no limit. */
  whatsapp_messaging_limit: z.int().positive().nullable(),
  /** Free-form messages that a number may send in a month before they are billed (since October 2026). */
  whatsapp_free_service_messages: z.int().nonnegative(),
  /** How long a link to a file lives; 0 = it is over at once. */
  whatsapp_media_link_life_ms: z.int().nonnegative(),
  hubspot_search_lag_ms: z.int().nonnegative(),
  hubspot_search_limit: limit,
  hubspot_burst_limit: limit,
  hubspot_phone_only_create: z.boolean(),
  /** Scopes the token has; null = all. */
  hubspot_scopes: z.array(z.string()).nullable(),
  /** Country assumed for phone numbers without a country code. */
  hubspot_phone_country: z.string().length(2),
});

export type Settings = z.infer<typeof settingsSchema>;

export const settingsChangeSchema = settingsSchema
  .extend({ auto_statuses: settingsSchema.shape.auto_statuses.partial() })
  .partial();

export type SettingsChange = z.infer<typeof settingsChangeSchema>;

const DEFAULTS: Settings = {
  auto_statuses: { sent_ms: 20, delivered_ms: 60, read_ms: null },
  webhook_url: null,
  webhook_retry: { first_ms: 200, max_ms: 5_000 },
  webhook_timeout_ms: 10_000,
  whatsapp_window_error: 'async',
  whatsapp_pair_limit: { burst: 45, interval_ms: 6_000 },
  whatsapp_throughput: { max: 80, interval_ms: 1_000 },
  whatsapp_messaging_limit: 100_000,
  whatsapp_free_service_messages: 1_000,
  whatsapp_media_link_life_ms: 300_000,
  hubspot_search_lag_ms: 0,
  hubspot_search_limit: { max: 5, interval_ms: 1_000 },
  hubspot_burst_limit: { max: 100, interval_ms: 10_000 },
  hubspot_phone_only_create: false,
  hubspot_scopes: null,
  hubspot_phone_country: 'US',
};

const KEY = 'settings';

/** What can be changed while the simulator runs; kept over a restart. */
export class SettingsStore {
  private readonly table: Table<Partial<Settings>>;
  private readonly webhookUrl: string | null;

  constructor(journal: Journal, webhookUrl: string | null) {
    this.table = journal.table('settings');
    this.webhookUrl = webhookUrl;
    this.reset();
  }

  get current(): Settings {
    return { ...DEFAULTS, ...this.table.get(KEY) };
  }

  change(change: SettingsChange): Settings {
    const before = this.current;
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    this.table.put(KEY, {
      ...before,
      ...given,
      auto_statuses: { ...before.auto_statuses, ...definedOnly(change.auto_statuses) },
    });
    return this.current;
  }

  /** The address from the environment wins over the remembered one: the product may listen elsewhere this time. */
  reset(): void {
    if (this.webhookUrl !== null) this.change({ webhook_url: this.webhookUrl });
  }
}

function definedOnly(change: SettingsChange['auto_statuses']): Partial<Settings['auto_statuses']> {
  const { sent_ms, delivered_ms, read_ms } = change ?? {};
  return {
    ...(sent_ms !== undefined && { sent_ms }),
    ...(delivered_ms !== undefined && { delivered_ms }),
    ...(read_ms !== undefined && { read_ms }),
  };
}
