import { severityOf } from '../../domain/account/account-event.decide';
import { asObject } from '../../domain/json';
import type { Database } from '../../platform/database';
import { applyTemplateReport } from '../../store/template.store';
import type { Assignment, StoredItem } from './item';
import { saidAtMs } from './message-facts';
import { storedAccountEventSchema } from './webhook.schema';

/** Where the reports name what happened: each field has its own way. */
const EVENT_NAMES = ['event', 'alert_type', 'new_quality_score', 'new_category', 'decision'];

/** The fields that are about one template, and what each tells of it. */
const TEMPLATE_REPORTS: Readonly<
  Record<string, { readonly status?: string; readonly category?: string; readonly quality?: string }>
> = {
  message_template_status_update: { status: 'event' },
  template_category_update: { category: 'new_category' },
  message_template_quality_update: { quality: 'new_quality_score' },
  message_template_components_update: {},
};

/** Lists a report about the account, its numbers or its templates; one about a template counts at once. */
export async function assignAccountEvent(client: Database, item: StoredItem): Promise<Assignment> {
  const { value, account_id, entry_time } = storedAccountEventSchema.parse(item.raw);
  const alert = asObject(value['alert_info']) ?? {};
  const event = firstText(EVENT_NAMES.map((name) => value[name] ?? alert[name])) ?? 'CHANGED';
  const atMs = new Date(saidAtMs({ timestamp: entry_time }, item.captured_at.getTime()));
  await client.query(
    `insert into account_event (field, waba_id, number, event, severity, occurred_at, raw, webhook_item_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (webhook_item_id) do nothing`,
    [
      item.field,
      account_id,
      firstText([value['phone_number_id'], value['display_phone_number'], item.phone_number_id]),
      event,
      severityOf({ event, given: firstText([alert['alert_severity'], value['alert_severity']]) }),
      atMs,
      JSON.stringify(value),
      item.id,
    ],
  );
  if (account_id !== null)
    await reportTemplate(client, { field: item.field, wabaId: account_id, value, atMs: atMs.getTime() });
  return { kind: 'assigned', lookAt: [] };
}

async function reportTemplate(
  client: Database,
  report: {
    readonly field: string;
    readonly wabaId: string;
    readonly value: Readonly<Record<string, unknown>>;
    readonly atMs: number;
  },
): Promise<void> {
  const told = TEMPLATE_REPORTS[report.field];
  if (told === undefined) return;
  const text = (name: string | undefined) =>
    firstText([name === undefined ? null : report.value[name]])?.toUpperCase();
  await applyTemplateReport(client, {
    wabaId: report.wabaId,
    atMs: report.atMs,
    name: firstText([report.value['message_template_name']]) ?? '',
    language: firstText([report.value['message_template_language']]) ?? '',
    status: text(told.status),
    category: text(told.category),
    quality: text(told.quality),
  });
}

function firstText(values: readonly unknown[]): string | null {
  return values.find((one): one is string => typeof one === 'string' && one !== '') ?? null;
}
