import type { Identifier } from '../../domain/identity/holder.decide';
import { inAllForms } from '../../domain/identity/number-variants';
import type { Database } from '../../platform/database';
import { lockIdentifiers } from '../../store/buyer-identity.store';
import { lockLiving } from '../../store/conversation.store';
import type { StoredItem } from './item';
import { moveSaid } from './move-said';
import type { Misplaced } from './misplaced';
import { namedBy } from './named-by';
import { BuyersMoved, nameOrCreateBuyer } from './people';

/**
 * Gives what was said with a number alone to whoever had the number then, after an item has told more about who that was:
 * so the order in which webhooks arrive changes nothing. Returns the conversations that must look. Runs under the locks
 * of the item's own buyers and takes those of everybody else who ever had the numbers, of all numbers before any
 * conversation; where that ends in a deadlock, the item begins anew (`people.ts`).
 */
export async function settleNumbers(
  client: Database,
  identifiers: readonly Identifier[],
  webhookItemId: number | null,
): Promise<string[]> {
  const values = new Set(identifiers.filter(({ kind }) => kind === 'wa_id').map((one) => one.value));
  const numbers = [...values].map((value): Identifier => ({ kind: 'wa_id', value }));
  await lockEverybody(client, numbers);
  const lookAt = new Set<string>();
  for (const number of numbers)
    for (const id of await settleNumber(client, number, webhookItemId)) lookAt.add(id);
  return [...lookAt];
}

async function settleNumber(
  client: Database,
  number: Identifier,
  webhookItemId: number | null,
): Promise<string[]> {
  const buyerIds = await everybodyWith(client, [number]);
  const said = await readSaidWith(client, number, buyerIds);
  const holders = await holdersAt(
    client,
    number,
    said.map(({ atMs }) => atMs),
  );
  const misplaced = said.filter((one, place) => holders[place]?.buyerId !== one.buyerId);
  if (misplaced.length === 0) return [];
  const moves: Misplaced[] = [];
  for (const one of misplaced) {
    const person = { identifiers: [number], displayName: one.displayName, atMs: one.atMs };
    const { buyerId } = await nameOrCreateBuyer(client, { ...person, webhookItemId: one.item.id });
    moves.push({ item: one.item, fromId: one.buyerId, toId: buyerId, atMs: one.atMs });
  }
  const lookAt = await moveSaid(client, moves, { number, webhookItemId });
  await forgetTimes(client, number, { said, moves });
  return lookAt;
}

/** Locks everybody who ever had one of the numbers, in any national form, with their conversations. */
async function lockEverybody(client: Database, numbers: readonly Identifier[]): Promise<void> {
  if (numbers.length === 0) return;
  await lockIdentifiers(client, numbers);
  const forms = inAllForms(numbers);
  const before = await everybodyWith(client, forms);
  await client.query('select 1 from buyer where id = any($1) order by id for update', [before]);
  if ((await everybodyWith(client, forms)).join() !== before.join())
    throw new BuyersMoved('while their locks were waited for');
  await lockLiving(client, before);
}

async function everybodyWith(client: Database, numbers: readonly Identifier[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select distinct buyer_id as id from buyer_identity where kind = 'wa_id' and value = any($1) order by 1`,
    [numbers.map(({ value }) => value)],
  );
  return rows.map(({ id }) => id);
}

/** What names its buyer by the number alone, with whose it is so far. */
type Said = {
  readonly item: StoredItem;
  readonly buyerId: string;
  readonly atMs: number;
  readonly displayName: string | null;
};

/** Lines of an export name no item and stay where they are. */
async function readSaidWith(
  client: Database,
  number: Identifier,
  buyerIds: readonly string[],
): Promise<Said[]> {
  const { rows } = await client.query<StoredItem & { buyer_id: string; name: string | null }>(
    `select item.id, item.kind, item.field, item.phone_number_id, item.raw, item.captured_at, placed.buyer_id,
            item.raw -> 'contact' -> 'profile' ->> 'name' as name
       from (select webhook_item_id, buyer_id from message join conversation on conversation.id = conversation_id
              -- What we sent stays in the conversation of its send, though WhatsApp has echoed it.
              where buyer_id = any($1) and send_id is null
             union select webhook_item_id, buyer_id from message_event join conversation on conversation.id = conversation_id
              where buyer_id = any($1)
             union select webhook_item_id, buyer_id from consent where buyer_id = any($1)) as placed
       join webhook_item as item on item.id = placed.webhook_item_id
      where item.error is null and item.kind <> 'identity_change'
        -- Only what may name the number is read; in a card, people write it with blanks.
        and (strpos(item.raw::text, $2) > 0 or item.raw #>> '{message,type}' = 'contacts')
      order by item.id`,
    [buyerIds, number.value],
  );
  return rows.flatMap(({ buyer_id: buyerId, name: displayName, ...item }) => {
    const named = namedBy(item);
    const [only, ...more] = named?.identifiers ?? [];
    if (named === null || more.length > 0 || only?.kind !== number.kind || only.value !== number.value)
      return [];
    return [{ item, buyerId, displayName, atMs: named.atMs }];
  });
}

type HolderRow = { readonly rowId: number | null; readonly buyerId: string | null };

/** Who has a number at each of these times, as far as is known now. */
async function holdersAt(
  client: Database,
  number: Identifier,
  timesMs: readonly number[],
): Promise<HolderRow[]> {
  const { rows } = await client.query<HolderRow>(
    `select holder.id as "rowId", holder.buyer_id as "buyerId"
       from unnest($3::timestamptz[]) with ordinality as wanted (at, place)
       left join lateral (
         select id, buyer_id from buyer_identity
          where kind = $1 and value = $2 and (valid_to is null or valid_to >= wanted.at)
            and (not is_start_known or valid_from <= wanted.at)
          order by valid_to nulls last limit 1) as holder on true
      order by wanted.place`,
    [number.kind, number.value, timesMs.map((ms) => new Date(ms))],
  );
  return rows;
}

/** Nobody was seen with the number as early as by what has gone over: their time begins with what is still theirs. */
async function forgetTimes(
  client: Database,
  number: Identifier,
  known: { readonly said: readonly Said[]; readonly moves: readonly Misplaced[] },
): Promise<void> {
  const times = known.said.map(({ atMs }) => atMs);
  const rows = (await holdersAt(client, number, times)).map(({ rowId }) => rowId);
  await client.query(
    `update buyer_identity as held
        set valid_from = coalesce(least(held.proven_from, (
              select min(at) from unnest($4::bigint[], $5::timestamptz[]) as said (row_id, at) where row_id = held.id)),
              held.valid_to, held.valid_from)
       from unnest($3::uuid[], $6::timestamptz[]) as gone (buyer_id, at)
      where held.kind = $1 and held.value = $2 and held.buyer_id = gone.buyer_id and held.valid_from = gone.at
        and not held.is_start_known`,
    [
      number.kind,
      number.value,
      known.moves.map(({ fromId }) => fromId),
      rows,
      times.map((ms) => new Date(ms)),
      known.moves.map(({ atMs }) => new Date(atMs)),
    ],
  );
}
