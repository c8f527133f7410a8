import type { Identifier } from '../../domain/identity/holder.decide';
import { inAllForms } from '../../domain/identity/number-variants';
import type { Database } from '../../platform/database';
import type { StoredItem } from './item';
import { moveItem } from './move-item';
import { applyAllEvents, nameAgain } from './after-move';
import { namedBy } from './named-by';
import type { Undoing } from './undo-restore';
import { noteUsername, settleUsernames } from './usernames';
import { storedMessageSchema } from './webhook.schema';

/**
 * An item may have waited for the locks of the join in a transaction that is older than the join. What is older still
 * names its own buyer, so that looking at it again changes nothing.
 */
const SLACK = `interval '1 minute'`;

/**
 * Gives what came after a join to the one whom it names: the joined buyer when it names nobody else, otherwise the
 * surviving one. Runs after the rows of before are restored. Returns the conversations in which a person must look, as
 * something that was decided there has gone over.
 */
export async function partNewer(client: Database, undoing: Undoing): Promise<string[]> {
  const items = await readNewer(client, undoing);
  const asking = new Set<string>();
  const fresh = await readFresh(client, undoing);
  for (const item of items) {
    const named = namedBy(item);
    if (named === null) continue;
    const buyerId = await ownerOf(client, undoing, { identifiers: named.identifiers, fresh });
    await moveFresh(client, buyerId, { identifiers: named.identifiers, fresh });
    await client.query('update consent set buyer_id = $2 where webhook_item_id = $1', [item.id, buyerId]);
    for (const { toId, decidedTurnId } of await moveItem(client, item, buyerId))
      if (decidedTurnId !== null) asking.add(toId);
    if (buyerId === undoing.joinedId && item.kind === 'message')
      await noteUsername(client, {
        buyerId,
        username: storedMessageSchema.parse(item.raw).contact?.profile?.username,
        atMs: named.atMs,
      });
  }
  for (const buyerId of [undoing.survivingId, undoing.joinedId]) {
    await settleUsernames(client, buyerId);
    await nameAgain(client, buyerId);
  }
  await applyAllEvents(client, [undoing.survivingId, undoing.joinedId]);
  return [...asking];
}

async function readNewer(client: Database, undoing: Undoing): Promise<StoredItem[]> {
  const { joinId, survivingId, joinedId } = undoing;
  const { rows } = await client.query<StoredItem>(
    `with place as (select id from conversation where buyer_id = any($2)),
          known as (select distinct value from buyer_identity where buyer_id = any($2))
     select item.id, item.kind, item.field, item.phone_number_id, item.raw, item.captured_at
       from webhook_item as item join buyer_join on buyer_join.id = $1
      where item.assigned_at >= joined_at - ${SLACK} and item.error is null
        and (item.id in (select webhook_item_id from message where conversation_id in (select id from place))
          or item.id in (select webhook_item_id from message_event where conversation_id in (select id from place))
          or item.id in (select webhook_item_id from consent where buyer_id = any($2))
          or (item.kind = 'identity_change'
              and (item.raw -> 'message' ->> 'from' in (select value from known)
                or item.raw -> 'message' -> 'system' ->> 'previous_user_id' in (select value from known)
                or item.raw -> 'message' -> 'system' ->> 'previous_parent_user_id' in (select value from known))))
      order by item.id`,
    [joinId, [survivingId, joinedId]],
  );
  return rows;
}

/** Identifiers that were learned after the join, by their rows: whose they are is told by what they were shown with. */
type Fresh = Map<string, number>;
type NamedWith = { readonly identifiers: readonly Identifier[]; readonly fresh: Fresh };

async function readFresh(client: Database, { joinId, survivingId }: Undoing): Promise<Fresh> {
  const { rows } = await client.query<{ id: number; key: string }>(
    `select id, kind || ':' || value as key from buyer_identity
      where buyer_id = $2 and kind <> 'username' and not exists (
        select 1 from buyer_join_row
         where buyer_join_id = $1 and table_name = 'buyer_identity' and row_id = buyer_identity.id::text)`,
    [joinId, survivingId],
  );
  return new Map(rows.map(({ id, key }) => [key, id]));
}

const keyOf = ({ kind, value }: Identifier): string => `${kind}:${value}`;

async function ownerOf(client: Database, undoing: Undoing, named: NamedWith): Promise<string> {
  const forms = inAllForms(named.identifiers);
  const known = forms.filter((identifier) => !named.fresh.has(keyOf(identifier)));
  const { rows } = await client.query<{ buyer_id: string }>(
    `select distinct buyer_id from buyer_identity
      where buyer_id = any($1) and (kind, value) in (select * from unnest($2::text[], $3::text[]))`,
    [[undoing.survivingId, undoing.joinedId], known.map(({ kind }) => kind), known.map(({ value }) => value)],
  );
  const [only] = rows;
  return rows.length === 1 && only !== undefined ? only.buyer_id : undoing.survivingId;
}

async function moveFresh(client: Database, buyerId: string, named: NamedWith): Promise<void> {
  for (const identifier of named.identifiers) {
    const rowId = named.fresh.get(keyOf(identifier));
    if (rowId === undefined) continue;
    await client.query('update buyer_identity set buyer_id = $2 where id = $1', [rowId, buyerId]);
    named.fresh.delete(keyOf(identifier));
  }
}
