import { createHash } from 'node:crypto';
import { toStorable, toStorableText } from '../../domain/json';
import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
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
export async function captureBody(database: TransactionalDatabase, body: Buffer): Promise<number[]> {
  return await withStorable(database, flattenBody(body), (client, items) => insertBody(client, body, items));
}

/** Adds items of a body that is stored already; returns the ids of those that are new. */
export async function captureMore(
  database: TransactionalDatabase,
  bodyId: number,
  items: readonly CapturedItem[],
): Promise<number[]> {
  return await withStorable(database, items, async (client, storable) =>
    idsOf(
      await client.query<NewItem>(
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

type Store = (client: Database, items: readonly CapturedItem[]) => Promise<number[]>;

/** The rare way: a value that no cleaning made storable must not cost its siblings. The bytes stand in the body. */
async function withStorable(
  database: TransactionalDatabase,
  items: readonly CapturedItem[],
  store: Store,
): Promise<number[]> {
  try {
    return await store(database, items);
  } catch (error) {
    if (!isDataException(error)) throw error;
    const storable: CapturedItem[] = [];
    for (const item of items)
      storable.push((await isStorable(database, item, store)) ? item : withoutContent(item));
    return await store(database, storable);
  }
}

function withoutContent(item: CapturedItem): CapturedItem {
  return { ...item, raw: null, error: 'not_storable' };
}

/** Ends the transaction of a try, so that nothing of it stays. */
class Tried extends Error {
  override readonly name = 'Tried';
}

async function isStorable(
  database: TransactionalDatabase,
  item: CapturedItem,
  store: Store,
): Promise<boolean> {
  try {
    return await inTransaction(database, async (client) => {
      await store(client, [item]);
      throw new Tried();
    });
  } catch (error) {
    if (error instanceof Tried) return true;
    if (isDataException(error)) return false;
    throw error;
  }
}

/** Whether Postgres refused a value as such: it would refuse it again. */
export function isDataException(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && UNSTORABLE.test(error.code)
  );
}

function storableKey(item: CapturedItem): string {
  if (item.dedupeKey.length <= KEY_LENGTH_MAX) return toStorableText(item.dedupeKey);
  return `${item.kind}:${createHash('sha256').update(item.dedupeKey).digest('hex')}`;
}

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

/** JSON without what jsonb refuses, in values and in names: NUL and lone surrogates become U+FFFD. */
function storable(content: unknown): string {
  return JSON.stringify(toStorable(content));
}
