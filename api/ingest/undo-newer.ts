import type { Identifier } from '../../domain/identity/holder.decide';
import type { Database } from '../../platform/database';
import { enqueueEpisodeAgain } from '../../store/crm-outbox.store';
import { applyEvents } from './assign-event';
import type { StoredItem } from './item';
import { saidAtMs } from './message-facts';
import { namedBy } from './named-by';
import { findOrCreateConversation, nameBuyer } from './people';
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
    for (const conversationId of await moveRows(client, { item, buyerId, undoing }))
      asking.add(conversationId);
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
  await applyAllEvents(client, undoing);
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
  const known = named.identifiers.filter((identifier) => !named.fresh.has(keyOf(identifier)));
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

type Moving = { readonly item: StoredItem; readonly buyerId: string; readonly undoing: Undoing };

/** The conversations into which something went that a turn had decided already. */
async function moveRows(client: Database, { item, buyerId }: Moving): Promise<string[]> {
  const misplaced = await client.query<{
    is_decided: boolean;
    episode_id: string | null;
    phone_number_id: string;
  }>(
    `select coalesce(turn.status <> 'open', false) as is_decided, message.episode_id, conversation.phone_number_id
       from message join conversation on conversation.id = message.conversation_id
       left join turn on turn.id = message.turn_id
      where message.webhook_item_id = $1 and conversation.buyer_id <> $2
     union all
     select false, null, conversation.phone_number_id
       from message_event join conversation on conversation.id = message_event.conversation_id
      where message_event.webhook_item_id = $1 and conversation.buyer_id <> $2`,
    [item.id, buyerId],
  );
  const asking: string[] = [];
  for (const row of misplaced.rows) {
    const phoneNumberId = row.phone_number_id;
    const toId = await findOrCreateConversation(client, {
      phoneNumberId,
      displayPhoneNumber: null,
      wabaId: null,
      buyerId,
    });
    await moveInto(client, item.id, toId);
    if (row.is_decided) asking.push(toId);
    if (row.episode_id !== null) await enqueueEpisodeAgain(client, row.episode_id);
  }
  return asking;
}

/** What a turn has decided stays decided and stands in the newest episode; anything else is taken up by a turn of its own. */
async function moveInto(client: Database, itemId: number, toId: string): Promise<void> {
  const moved = await client.query<{ episode_id: string | null }>(
    `update message
        set conversation_id = $2,
            turn_id = (select id from turn where id = message.turn_id and status <> 'open'),
            episode_id = case when exists (select 1 from turn where id = message.turn_id and status <> 'open') or is_imported
                              then (select id from episode where conversation_id = $2 order by ordinal desc limit 1) end
      where webhook_item_id = $1
      returning episode_id`,
    [itemId, toId],
  );
  await client.query('update message_event set conversation_id = $2 where webhook_item_id = $1', [
    itemId,
    toId,
  ]);
  for (const { episode_id: episodeId } of moved.rows)
    if (episodeId !== null) await enqueueEpisodeAgain(client, episodeId);
}

/** Edits and revocations take effect where their message stands now, and nowhere else. */
async function applyAllEvents(client: Database, { survivingId, joinedId }: Undoing): Promise<void> {
  const events = await client.query<{ about: string }>(
    `select distinct about_whatsapp_id as about
       from message_event join conversation on conversation.id = conversation_id
      where buyer_id = any($1) and about_whatsapp_id is not null order by 1`,
    [[survivingId, joinedId]],
  );
  for (const { about } of events.rows) await applyEvents(client, about);
}

/** The newest message names a buyer; without one the name stays. */
async function nameAgain(client: Database, buyerId: string): Promise<void> {
  const { rows } = await client.query<{ name: string; timestamp: unknown; captured_at: Date; sent_at: Date }>(
    `select item.raw -> 'contact' -> 'profile' ->> 'name' as name, item.raw -> 'message' -> 'timestamp' as timestamp,
            item.captured_at, said.sent_at
       from (select webhook_item_id, conversation_id, sent_at from message
             union all select webhook_item_id, conversation_id, sent_at from message_event) as said
       join conversation on conversation.id = said.conversation_id
       join webhook_item as item on item.id = said.webhook_item_id
      where conversation.buyer_id = $1 and item.kind = 'message'
        and item.raw -> 'contact' -> 'profile' ->> 'name' is not null
      order by date_trunc('second', said.sent_at) desc, name desc limit 1`,
    [buyerId],
  );
  const [newest] = rows;
  if (newest === undefined) return;
  const atMs = saidAtMs(newest, newest.captured_at.getTime());
  await nameBuyer(client, buyerId, { displayName: newest.name, atMs });
}
