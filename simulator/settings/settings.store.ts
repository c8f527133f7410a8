import { z } from 'zod';
import type { Journal, Table } from '../state/journal.store';
import { backOffSchema } from '../whatsapp/webhook.back-off';

const limit = z.object({ max: z.int().positive(), interval_ms: z.int().positive() }).nullable();

const settingsSchema = z.strictObject({
  /** Milliseconds after a send at which each status is reported; null = never. */
  auto_statuses: z.strictObject({
    sent_ms: z.int().nonnegative().nullable(),
    delivered_ms: z.int().nonnegative().nullable(),
    read_ms: z.int().nonnegative().nullable(),
  }),
  webhook_url: z.url().nullable(),
  webhook_back_off: backOffSchema,
  webhook_timeout_ms: z.int().positive(),
  /** How what happens on WhatsApp becomes deliveries. */
  webhook_delivery: z.strictObject({
    /** Everything waits, and goes out when this is taken back. */
    hold: z.boolean(),
    /** How many changes one body may carry; 1 = each event on its own. */
    batch_max: z.int().min(1).max(1000),
    /** How long an event waits for company. */
    batch_wait_ms: z.int().nonnegative(),
    /** The events of one body come in any order. */
    shuffle: z.boolean(),
    /** How many more times each event stands in the same body. */
    repeats_in_body: z.int().min(0).max(20),
    /** How many more times each body is delivered, with the same bytes. */
    duplicates: z.int().min(0).max(100),
    /** Statuses are late by anything up to this, each by its own time: they overtake each other. */
    status_delay_max_ms: z.int().nonnegative(),
    /** How many more times each status is reported, each time late by its own time. */
    status_repeats: z.int().min(0).max(20),
    /** Bodies are written in pieces of so many bytes with pauses between them; null = at once. */
    trickle: z.strictObject({ bytes: z.int().positive(), pause_ms: z.int().nonnegative() }).nullable(),
    /** The same seed gives the same batches, orders and delays. */
    seed: z.int().nonnegative(),
  }),
  /** A closed 24 h window is refused at once or, as Meta mostly does, accepted and then reported as failed. */
  whatsapp_window_error: z.enum(['async', 'sync']),
  /** What the answer to a template says of it; one that is not accepted reaches the phone only once a status was reported. */
  whatsapp_template_message_status: z.enum(['accepted', 'held_for_quality_assessment', 'paused']),
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
  /** What the access token may do; null = all it needs. And when it ends, in unix seconds; 0 = never. */
  whatsapp_token_scopes: z.array(z.string()).nullable(),
  whatsapp_token_expires_at: z.int().nonnegative(),
  /** Whether the account sends its webhooks to our app, and to which address instead of the app's. */
  whatsapp_subscribed: z.boolean(),
  whatsapp_override_callback_url: z.string().nullable(),
  /** Fields of the app's webhook; null = all. What is not subscribed is reported all the same. */
  whatsapp_webhook_fields: z.array(z.string()).nullable(),
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
  .extend({
    auto_statuses: settingsSchema.shape.auto_statuses.partial(),
    webhook_back_off: backOffSchema.partial(),
    webhook_delivery: settingsSchema.shape.webhook_delivery.partial(),
  })
  .partial();

export type SettingsChange = z.infer<typeof settingsChangeSchema>;

const DEFAULTS: Settings = {
  auto_statuses: { sent_ms: 20, delivered_ms: 60, read_ms: null },
  webhook_url: null,
  webhook_back_off: { pauses: 'quick', give_up_after_ms: 7 * 24 * 3_600_000, time_factor: 1 },
  webhook_timeout_ms: 10_000,
  webhook_delivery: {
    hold: false,
    batch_max: 1,
    batch_wait_ms: 0,
    shuffle: false,
    repeats_in_body: 0,
    duplicates: 0,
    status_delay_max_ms: 0,
    status_repeats: 0,
    trickle: null,
    seed: 1,
  },
  whatsapp_window_error: 'async',
  whatsapp_template_message_status: 'accepted',
  whatsapp_pair_limit: { burst: 45, interval_ms: 6_000 },
  whatsapp_throughput: { max: 80, interval_ms: 1_000 },
  whatsapp_messaging_limit: 100_000,
  whatsapp_free_service_messages: 1_000,
  whatsapp_media_link_life_ms: 300_000,
  whatsapp_token_scopes: null,
  whatsapp_token_expires_at: 0,
  whatsapp_subscribed: true,
  whatsapp_override_callback_url: null,
  whatsapp_webhook_fields: null,
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
    this.table.put(KEY, {
      ...before,
      ...given(change),
      auto_statuses: { ...before.auto_statuses, ...given(change.auto_statuses) },
      webhook_back_off: { ...before.webhook_back_off, ...given(change.webhook_back_off) },
      webhook_delivery: { ...before.webhook_delivery, ...given(change.webhook_delivery) },
    });
    return this.current;
  }

  /** The address from the environment wins over the remembered one: the product may listen elsewhere this time. */
  reset(): void {
    if (this.webhookUrl !== null) this.change({ webhook_url: this.webhookUrl });
  }
}

type Given<Shape> = { [Name in keyof Shape]?: Exclude<Shape[Name], undefined> };

/** Only what was given: an undefined must not wipe out what is set. */
function given<Shape extends object>(change: Shape | undefined): Given<Shape> {
  const parts: Given<Shape> = {};
  for (const name in change) {
    const part = change[name];
    if (isGiven(part)) parts[name] = part;
  }
  return parts;
}

function isGiven<Value>(value: Value): value is Exclude<Value, undefined> {
  return value !== undefined;
}
