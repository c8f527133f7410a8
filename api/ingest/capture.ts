import { createHash } from 'node:crypto';
import { toStorableText } from '../../domain/json';
import type { Database } from '../../platform/database';
import { flattenBody } from './flatten';
import type { CapturedItem } from './captured-item';

/** SQLSTATE classes of values that Postgres cannot hold: wrong in themselves or too large. */
const UNSTORABLE = /^(22|54)/;
/** A key longer than this stands as its digest: an index entry has room for some 2,700 bytes. */
const KEY_LENGTH_MAX = 500;

/**
 * Writes an authentic body and all its items in one statement; returns the ids of the items that are new.
 * A body or an item that was there before adds nothing. Throws only when Postgres cannot be reached: the caller must
 * then not confirm the webhook, so that it is delivered again.
 */
export async function captureBody(database: Database, body: Buffer): Promise<number[]> {
  return await withStorable(database, flattenBody(body), (items) => insertBody(database, body, items));
}

/** Adds items of a body that is stored already; returns the ids of those that are new. */
export async function captureMore(
  database: Database,
  bodyId: number,
  items: readonly CapturedItem[],
): Promise<number[]> {
  return await withStorable(database, items, async (storable) =>
    idsOf(
      await database.query<NewItem>(
        `with ${numbered('$2')}
         insert into webhook_item (id, webhook_body_id, ${COLUMNS}) overriding system value
         select item.id, $1, ${COLUMNS} from item order by dedupe_key
         on conflict (dedupe_key) do nothing
         returning id`,
        [bodyId, toStorableJson(storable)],
      ),
    ),
  );
}

/** An item of a body as it reads now, in JSON: whoever was not found in it then may be found. Null = it is not there any more. */
export function readAgain(items: readonly CapturedItem[], dedupeKey: string): string | null {
  const same = items.find((item) => storableKey(item) === dedupeKey);
  return same === undefined ? null : storable(same.raw);
}

// Always inserted in one order: bodies that come at once and share items would wait for each other in a circle.
const COLUMNS = 'dedupe_key, kind, field, pointer, phone_number_id, raw, error';

/** The items as rows of a statement, numbered in the order of the body, in which they are worked off and read. */
function numbered(parameter: string): string {
  return `item as materialized (
    select nextval(pg_get_serial_sequence('webhook_item', 'id')) as id, given.*
      from jsonb_to_recordset(${parameter}::jsonb) as given (dedupe_key text, kind text, field text, pointer text,
             phone_number_id text, raw jsonb, error text))`;
}

async function insertBody(
  database: Database,
  body: Buffer,
  items: readonly CapturedItem[],
): Promise<number[]> {
  return idsOf(
    await database.query<NewItem>(
      `with body as (
         insert into webhook_body (source, sha256, body) values ('whatsapp', $1, $2)
         on conflict (source, sha256) do nothing
         returning id
       ), ${numbered('$3')}
       insert into webhook_item (id, webhook_body_id, ${COLUMNS}) overriding system value
       select item.id, body.id, ${COLUMNS} from body, item order by dedupe_key
       on conflict (dedupe_key) do nothing
       returning id`,
      [createHash('sha256').update(body).digest(), body, toStorableJson(items)],
    ),
  );
}

type NewItem = { id: number };

/** In the order of the body. */
function idsOf({ rows }: { readonly rows: readonly NewItem[] }): number[] {
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}

/** The rare way: a value that no cleaning made storable must not cost its siblings. The bytes stand in the body. */
async function withStorable(
  database: Database,
  items: readonly CapturedItem[],
  store: (items: readonly CapturedItem[]) => Promise<number[]>,
): Promise<number[]> {
  try {
    return await store(items);
  } catch (error) {
    if (!isDataException(error)) throw error;
    const storable: CapturedItem[] = [];
    for (const item of items) storable.push(await asStorable(database, item));
    return await store(storable);
  }
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
    error instanceof Error && 'code' in error && typeof error.code === 'string' && UNSTORABLE.test(error.code)
  );
}

function storableKey(item: CapturedItem): string {
  if (item.dedupeKey.length <= KEY_LENGTH_MAX) return toStorableText(item.dedupeKey);
  return `${item.kind}:${createHash('sha256').update(item.dedupeKey).digest('hex')}`;
}

/** JSON without what jsonb refuses: NUL and lone surrogates become U+FFFD. */
function toStorableJson(items: readonly CapturedItem[]): string {
  return storable(
    items.map((item) => ({
      dedupe_key: storableKey(item),
      kind: item.kind,
      field: item.field,
      pointer: item.pointer,
      phone_number_id: item.phoneNumberId,
      raw: item.raw,
      error: item.error,
    })),
  );
}

function storable(content: unknown): string {
  return JSON.stringify(content, (_key, value: unknown) =>
    typeof value === 'string' ? toStorableText(value) : value,
  );
}
