import { firstRow, inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import type { WebhookItem, WebhookItemList, WebhookItemListQuery } from '../contract';
import { readReportedError } from '../reported-error';
import { pageOf } from './page';
import { ROWS_MAX, instant, instantOrNull } from './values';

type ItemRow = Omit<WebhookItem, 'captured_at' | 'assigned_at' | 'reported_error'> & {
  captured_at: Date;
  assigned_at: Date | null;
};

const COLUMNS =
  'id, kind, field, pointer, phone_number_id as number_id, error, attempts, captured_at, assigned_at, raw';
const NOT_UNDERSTOOD = `(kind = 'unknown' or error is not null) and understood_at is null
  and ($1::text is null or kind = $1) and ($2::text is null or error = $2)`;

/** Items that were not understood or have an error, with counts over all of them. */
export async function listWebhookItems(
  pool: TransactionalDatabase,
  query: WebhookItemListQuery,
): Promise<WebhookItemList> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    const filter = [query.kind ?? null, query.error ?? null];
    const counts = await client.query<WebhookItemList['counts'][number]>(
      `select kind, field, error, count(*) as count from webhook_item where ${NOT_UNDERSTOOD}
        group by kind, field, error order by count(*) desc, kind, field, error limit $3`,
      [...filter, ROWS_MAX],
    );
    const { rows } = await client.query<ItemRow>(
      `select ${COLUMNS} from webhook_item where ${NOT_UNDERSTOOD} and ($3::bigint is null or id < $3)
        order by id desc limit $4`,
      [...filter, query.cursor ?? null, query.limit + 1],
    );
    return {
      counts: counts.rows,
      ...pageOf(rows, query.limit, { item: toItem, position: ({ id }) => [id] }),
    };
  });
}

/** One item, or null. */
export async function readWebhookItem(database: Database, itemId: number): Promise<WebhookItem | null> {
  const row = firstRow(
    await database.query<ItemRow>(`select ${COLUMNS} from webhook_item where id = $1`, [itemId]),
  );
  return row === null ? null : toItem(row);
}

function toItem(row: ItemRow): WebhookItem {
  return {
    ...row,
    reported_error: reportedErrorIn(row.raw),
    captured_at: instant(row.captured_at),
    assigned_at: instantOrNull(row.assigned_at),
  };
}

function reportedErrorIn(raw: unknown): WebhookItem['reported_error'] {
  if (typeof raw !== 'object' || raw === null || !('reported_error' in raw)) return null;
  return readReportedError(raw.reported_error);
}
