import { severityOf } from '../../domain/account/account-event.decide';
import { isLifted } from '../../domain/account/standing.decide';
import { asObject } from '../../domain/json';
import type { Database } from '../../platform/database';
import { templateReportOf } from '../../domain/template/template.report';
import { applyStanding } from '../../store/account-standing.store';
import { applyTemplateReport } from '../../store/template.store';
import type { Assignment, StoredItem } from './item';
import { saidAtMs } from './message-facts';
import { storedAccountEventSchema } from './webhook.schema';

/** Where the reports name what happened: each field has its own way. */
const EVENT_NAMES = ['event', 'alert_type', 'new_quality_score', 'new_category', 'decision'];

/** Lists a report about the account, its numbers or its templates, and lets it count at once where something follows from it. */
export async function assignAccountEvent(client: Database, item: StoredItem): Promise<Assignment> {
  const { value, account_id, entry_time } = storedAccountEventSchema.parse(item.raw);
  const alert = asObject(value['alert_info']) ?? {};
  const event = firstText(EVENT_NAMES.map((name) => value[name] ?? alert[name])) ?? 'CHANGED';
  const atMs = saidAtMs({ timestamp: entry_time }, item.captured_at.getTime());
  const wabaId = firstText([asObject(value['waba_info'])?.['waba_id'], account_id]);
  await client.query(
    `insert into account_event (field, waba_id, number, event, severity, occurred_at, raw, webhook_item_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (webhook_item_id) do nothing`,
    [
      item.field,
      wabaId,
      numberOf(value) ?? item.phone_number_id,
      event,
      severityOf({
        event,
        given: firstText([alert['alert_severity'], value['alert_severity']]),
        isLifted: item.field === 'account_update' && isLifted({ event, value }),
      }),
      new Date(atMs),
      JSON.stringify(value),
      item.id,
    ],
  );
  if (wabaId === null) return { kind: 'assigned', lookAt: [] };
  await reportTemplate(client, { field: item.field, wabaId, value, atMs });
  const goingOn = item.field === 'account_update' ? await applyStanding(client, { wabaId }) : [];
  return { kind: 'assigned', lookAt: [], goingOn };
}

/** The number that a report is about, as it names it. */
function numberOf(value: Readonly<Record<string, unknown>>): string | null {
  const entity = value['entity_type'] === 'PHONE_NUMBER' ? value['entity_id'] : null;
  return firstText([value['phone_number_id'], value['display_phone_number'], value['phone_number'], entity]);
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
  const { field, wabaId, value, atMs } = report;
  const told = templateReportOf(field, value);
  if (told === null) return;
  const name = firstText([value['message_template_name']]) ?? '';
  const language = firstText([value['message_template_language']]) ?? '';
  await applyTemplateReport(client, { ...told, wabaId, atMs, name, language });
}

function firstText(values: readonly unknown[]): string | null {
  return values.find((one): one is string => typeof one === 'string' && one !== '') ?? null;
}
