import { createHash } from 'node:crypto';
import type { Database } from '../../platform/database';
import { flattenBody } from './flatten';
import type { CapturedItem } from './flatten';

/** SQLSTATE class of values that Postgres cannot hold. */
const DATA_EXCEPTION_CLASS = '22';

/**
 * Writes an authentic body and all its items in one statement; returns the ids of the items that are new.
 * A body or an item that was there before adds nothing. Throws only when Postgres cannot be reached: the caller must
 * then not confirm the webhook, so that it is delivered again.
 */
export async function captureBody(database: Database, body: Buffer): Promise<number[]> {
  const items = flattenBody(body);
  try {
    return await insertBody(database, body, items);
  } catch (error) {
    if (!isDataException(error)) throw error;
    return await captureOneByOne(database, body, items);
  }
}

async function insertBody(
  database: Database,
  body: Buffer,
  items: readonly CapturedItem[],
): Promise<number[]> {
  const result = await database.query<{ id: number }>(
    `with body as (
       insert into webhook_body (source, sha256, body) values ('whatsapp', $1, $2)
       on conflict (source, sha256) do nothing
       returning id
     )
     insert into webhook_item (webhook_body_id, dedupe_key, kind, field, pointer, phone_number_id, raw, error)
     select body.id, item.dedupe_key, item.kind, item.field, item.pointer, item.phone_number_id, item.raw, item.error
       from body, jsonb_to_recordset($3::jsonb) as item (dedupe_key text, kind text, field text, pointer text,
            phone_number_id text, raw jsonb, error text)
     on conflict (dedupe_key) do nothing
     returning id`,
    [createHash('sha256').update(body).digest(), body, toStorableJson(items)],
  );
  return result.rows.map((row) => row.id).sort((a, b) => a - b);
}

/** The rare way: a value that no cleaning made storable must not cost its siblings. The bytes stand in the body. */
async function captureOneByOne(
  database: Database,
  body: Buffer,
  items: readonly CapturedItem[],
): Promise<number[]> {
  const ids: number[] = [];
  const storable: CapturedItem[] = [];
  for (const item of items) storable.push(await asStorable(database, item));
  ids.push(...(await insertBody(database, body, storable)));
  return ids;
}

async function asStorable(database: Database, item: CapturedItem): Promise<CapturedItem> {
  try {
    await database.query('select $1::jsonb', [toStorableJson([item])]);
    return item;
  } catch (error) {
    if (!isDataException(error)) throw error;
    return { ...item, raw: null, error: 'not_storable' };
  }
}

function isDataException(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith(DATA_EXCEPTION_CLASS)
  );
}

/** JSON without what jsonb refuses: NUL and lone surrogates become U+FFFD. */
function toStorableJson(items: readonly CapturedItem[]): string {
  return JSON.stringify(
    items.map((item) => ({
      dedupe_key: item.dedupeKey,
      kind: item.kind,
      field: item.field,
      pointer: item.pointer,
      phone_number_id: item.phoneNumberId,
      raw: item.raw,
      error: item.error,
    })),
    (_key, value: unknown) => (typeof value === 'string' ? toStorableText(value) : value),
  );
}

function toStorableText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}
