import { severityOf } from '../../domain/account/account-event.decide';
import type { Database } from '../../platform/database';
import type { Assignment, StoredItem } from './item';
import { asObject, saidAtMs } from './message-facts';
import { storedAccountEventSchema } from './webhook.schema';

/** Where the reports name what happened: each field has its own way. */
const EVENT_NAMES = ['event', 'alert_type', 'new_quality_score', 'new_category', 'decision'];

/** Lists a report about the account, its numbers or its templates; nothing else follows from it. */
export async function assignAccountEvent(client: Database, item: StoredItem): Promise<Assignment> {
  const { value, account_id, entry_time } = storedAccountEventSchema.parse(item.raw);
  const alert = asObject(value['alert_info']) ?? {};
  const event = firstText(EVENT_NAMES.map((name) => value[name] ?? alert[name])) ?? 'CHANGED';
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
      new Date(saidAtMs({ timestamp: entry_time }, item.captured_at.getTime())),
      JSON.stringify(value),
      item.id,
    ],
  );
  return { kind: 'assigned', lookAt: [] };
}

function firstText(values: readonly unknown[]): string | null {
  return values.find((one): one is string => typeof one === 'string' && one !== '') ?? null;
}
