import { firstRow } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { assignItems } from './assign';
import { captureMore, isDataException, readAgain } from './capture';
import { flattenBody } from './flatten';

/** What running an item again found; the conversations whose workflows must look. */
export type Retried = { readonly newItems: number; readonly lookAt: ReadonlySet<string> };

/**
 * Runs an item again: its body is read anew, so that what was not understood then may be understood now, and an item that
 * was given up gets all its tries back. What was assigned before stays as it is. Null when there is no such item.
 */
export async function retryItem(database: TransactionalDatabase, itemId: number): Promise<Retried | null> {
  const prepared = await prepare(database, itemId);
  if (prepared === null) return null;
  const lookAt = await assignItems(database, [itemId, ...prepared]);
  return { newItems: prepared.length, lookAt };
}

async function prepare(database: TransactionalDatabase, itemId: number): Promise<number[] | null> {
  const item = firstRow(
    await database.query<{ webhook_body_id: number; dedupe_key: string; body: Buffer }>(
      `select item.webhook_body_id, item.dedupe_key, body.body
         from webhook_item as item join webhook_body as body on body.id = item.webhook_body_id
        where item.id = $1`,
      [itemId],
    ),
  );
  if (item === null) return null;
  const items = flattenBody(item.body);
  const newIds = await captureMore(database, item.webhook_body_id, items);
  await database.query(
    `update webhook_item set understood_at = now()
      where id = $1 and kind = 'unknown'
        and exists (select 1 from webhook_item as newer
                     where newer.id = any($2) and newer.kind <> 'unknown' and starts_with(newer.pointer, webhook_item.pointer))`,
    [itemId, newIds],
  );
  await readAnew(database, itemId, readAgain(items, item.dedupe_key));
  return newIds;
}

/** What Postgres still cannot hold stays set aside. */
async function readAnew(database: Database, itemId: number, raw: string | null): Promise<void> {
  await database
    .query(
      `update webhook_item set error = null, assigned_at = null, attempts = 0, raw = coalesce($2, raw)
        where id = $1 and kind <> 'unknown' and error is not null and coalesce($2, raw) is not null`,
      [itemId, raw],
    )
    .catch((error: unknown) => {
      if (!isDataException(error)) throw error;
    });
}
