import type { Identifier } from '../../domain/identity/holder.decide';
import { inAllForms } from '../../domain/identity/number-variants';
import { toUsername } from '../../domain/identity/username';
import type { Database } from '../../platform/database';
import { applyAllEvents, nameAgain } from './after-move';
import { findHolders } from './identifiers';
import type { StoredItem } from './item';
import { moveItem } from './move-item';
import { namedBy } from './named-by';
import { isRemembered, noteAnew } from './undo-identities';
import type { NewerItem } from './undo-identities';
import { bothOf } from './undo-rows';
import type { Undoing } from './undo-rows';
import { settleUsernames } from './usernames';
import { storedMessageSchema } from './webhook.schema';

/**
 * Earlier versions noted when the transactions began that assigned an item and made a join: the item's may have waited for
 * the locks of the join. What is older still names its own buyer, so that looking at it again gives it to nobody else.
 */
const SLACK = `interval '1 minute'`;

/**
 * Gives what came after a join to the one whom it names: the joined buyer when it names nobody else, otherwise the
 * surviving one. Runs after the rows of before are restored. Returns the conversations in which a person must look, as
 * something that was decided there has gone over.
 */
export async function partNewer(client: Database, undoing: Undoing): Promise<string[]> {
  const items = await partItems(client, undoing);
  await noteAnew(client, undoing, items);
  const asking = new Set<string>();
  for (const { item, buyerId } of items) {
    await client.query(
      'update consent set buyer_id = $2 where webhook_item_id = $1 and buyer_id = any($3::uuid[])',
      [item.id, buyerId, bothOf(undoing)],
    );
    for (const { toId, decidedTurnId } of await moveItem(client, item, buyerId))
      if (decidedTurnId !== null) asking.add(toId);
  }
  for (const buyerId of bothOf(undoing)) {
    await settleUsernames(client, buyerId);
    await nameAgain(client, buyerId);
  }
  await applyAllEvents(client, bothOf(undoing));
  return [...asking];
}

async function partItems(client: Database, undoing: Undoing): Promise<NewerItem[]> {
  const fresh = await readFresh(client, undoing);
  const parted: NewerItem[] = [];
  for (const { is_part: isPart, ...item } of await readNewer(client, undoing)) {
    const named = namedBy(item);
    if (named === null) continue;
    const { identifiers, atMs } = named;
    const people = await whoIsNamed(client, undoing, { identifiers, atMs, fresh });
    const ours = people.filter((id) => bothOf(undoing).includes(id));
    // A report about somebody else who has had the number, too.
    if (item.kind === 'identity_change' && ours.length === 0) continue;
    const [only = undoing.survivingId, ...more] = ours;
    const buyerId = more.length === 0 ? only : undoing.survivingId;
    await moveFresh(client, buyerId, { identifiers, fresh });
    parted.push({
      item,
      identifiers,
      atMs,
      buyerId,
      username: usernameOf(item),
      isTelling: ours.length === 1 && people.length === 1 && !isPart,
    });
  }
  return parted;
}

/** What came since stands with the two, or is a report about one of them. `is_part`: the join rests on it. */
async function readNewer(
  client: Database,
  undoing: Undoing,
): Promise<(StoredItem & { readonly is_part: boolean })[]> {
  const { rows } = await client.query<StoredItem & { is_part: boolean }>(
    `with place as (select id from conversation where buyer_id = any($2)),
          known as (select distinct to_jsonb(value)::text as value from buyer_identity where buyer_id = any($2))
     select item.id, item.kind, item.field, item.phone_number_id, item.raw, item.captured_at,
            coalesce(item.id = buyer_join.webhook_item_id, false)
              or item.assigned_at <= coalesce(buyer_join.locked_at, joined_at) as is_part
       from webhook_item as item join buyer_join on buyer_join.id = $1
      where item.assigned_at > coalesce(buyer_join.locked_at, joined_at - ${SLACK}) and item.error is null
        and (item.id in (select webhook_item_id from message where conversation_id in (select id from place))
          or item.id in (select webhook_item_id from message_event where conversation_id in (select id from place))
          or item.id in (select webhook_item_id from consent where buyer_id = any($2))
          or (item.kind = 'identity_change'
              and exists (select 1 from known where strpos((item.raw -> 'message')::text, known.value) > 0)))
      order by item.id`,
    [undoing.joinId, bothOf(undoing)],
  );
  return rows;
}

function usernameOf(item: StoredItem): string | null {
  if (item.kind !== 'message') return null;
  return toUsername(storedMessageSchema.parse(item.raw).contact?.profile?.username);
}

/** Identifiers that were learned after the join, by their rows: whose they are is told by what they were shown with. */
type Fresh = Map<string, readonly number[]>;
type NamedWith = { readonly identifiers: readonly Identifier[]; readonly fresh: Fresh };

/** What one of the two was known by before is no news: another time with it is of the same one. */
async function readFresh(client: Database, undoing: Undoing): Promise<Fresh> {
  const { joinId, survivingId, joinedId } = undoing;
  const isKnownOf = (buyer: string): string => `exists (
    select 1 from buyer_identity as held where held.kind = now.kind and held.value = now.value
       and held.buyer_id = ${buyer} and ${isRemembered('held')})`;
  await client.query(
    `update buyer_identity as now set buyer_id = $3
      where now.buyer_id = $2 and not ${isRemembered('now')} and ${isKnownOf('$3')} and not ${isKnownOf('$2')}`,
    [joinId, survivingId, joinedId],
  );
  const { rows } = await client.query<{ ids: number[]; key: string }>(
    `select array_agg(id::float8) as ids, kind || ':' || value as key from buyer_identity as now
      where buyer_id = $2 and kind <> 'username' and not ${isRemembered('now')} and not ${isKnownOf('$2')}
      group by kind, value`,
    [joinId, survivingId],
  );
  return new Map(rows.map(({ ids, key }) => [key, ids]));
}

const keyOf = ({ kind, value }: Identifier): string => `${kind}:${value}`;

/**
 * Everybody whom an item names by what was known before the join: whoever had its identifiers at its time, else whichever
 * of the two had them at any time.
 */
async function whoIsNamed(
  client: Database,
  undoing: Undoing,
  named: NamedWith & { readonly atMs: number },
): Promise<readonly string[]> {
  const { identifiers, atMs, fresh } = named;
  const known = inAllForms(identifiers).filter((identifier) => !fresh.has(keyOf(identifier)));
  const holders = await findHolders(client, known, atMs);
  if (holders.length > 0) return [...new Set(holders.map(({ buyerId }) => buyerId))];
  const { rows } = await client.query<{ buyer_id: string }>(
    `select distinct buyer_id from buyer_identity
      where buyer_id = any($1) and (kind, value) in (select * from unnest($2::text[], $3::text[]))`,
    [bothOf(undoing), known.map(({ kind }) => kind), known.map(({ value }) => value)],
  );
  return rows.map(({ buyer_id: id }) => id);
}

async function moveFresh(client: Database, buyerId: string, named: NamedWith): Promise<void> {
  for (const identifier of named.identifiers) {
    const rowIds = named.fresh.get(keyOf(identifier));
    if (rowIds === undefined) continue;
    await client.query('update buyer_identity set buyer_id = $2 where id = any($1)', [rowIds, buyerId]);
    named.fresh.delete(keyOf(identifier));
  }
}
