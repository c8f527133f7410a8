import type { Database } from '../../platform/database';
import { endFollowUps } from '../../store/follow-up.store';
import { addUpWaits } from '../../store/history-wait.store';
import { endUncounted, forgetStrayWaits, readOlderWait } from '../../store/wait.store';
import { CLOSED_AS_JOINED } from './join-record';
import type { MovedRow } from './move-item';
import type { Misplaced } from './misplaced';

type Candidate = { readonly id: string; readonly item_ids: readonly number[] };

/**
 * Gives conversations that hold nothing else to the other buyer as they are, with our answers, where that buyer has none on
 * the number yet. Returns their ids.
 */
export async function moveWhole(client: Database, moves: readonly Misplaced[]): Promise<string[]> {
  const targets = new Map(moves.map(({ item, toId }) => [item.id, toId]));
  const { rows } = await client.query<Candidate>(CANDIDATES, [
    [...targets.keys()],
    moves.map(({ fromId }) => fromId),
  ]);
  const moved: string[] = [];
  for (const { id, item_ids: itemIds } of rows) {
    const [toId, ...others] = new Set(itemIds.map((itemId) => targets.get(itemId)));
    if (toId === undefined || others.length > 0) continue;
    const given = await client.query(
      `update conversation as place set buyer_id = $2
        where (id = $1 or merged_into = $1) and not exists (
          select 1 from conversation as theirs
           where theirs.buyer_id = $2 and theirs.phone_number_id = place.phone_number_id and theirs.merged_into is null)`,
      [id, toId],
    );
    if (given.rowCount === 0) continue;
    await giveWaits(client, id, id);
    moved.push(id);
  }
  return moved;
}

/** What we sent counts as an answer only where it came after what goes over. */
const CANDIDATES = `
  select place.id, said.item_ids
    from conversation as place
   cross join lateral (
     select array_agg(webhook_item_id::float8) as item_ids, min(captured_at) as since, bool_and(is_gone) as is_all
       from (select webhook_item_id, captured_at, coalesce(webhook_item_id = any($1), false) as is_gone from message
              where conversation_id = place.id and send_id is null
             union all
             select webhook_item_id, captured_at, coalesce(webhook_item_id = any($1), false) from message_event
              where conversation_id = place.id) as one) as said
   where place.buyer_id = any($2) and place.merged_into is null and said.is_all
     and not exists (select 1 from send where send.conversation_id = place.id and send.created_at < said.since)
   order by place.id`;

/** A conversation in which nothing is left is part of the one that everything went to. */
export async function moveEmptied(client: Database, rows: readonly MovedRow[]): Promise<void> {
  for (const fromId of new Set(rows.map((row) => row.fromId))) {
    const [toId, ...others] = new Set(rows.filter((row) => row.fromId === fromId).map((row) => row.toId));
    if (toId === undefined || others.length > 0) continue;
    const emptied = await client.query(
      `update conversation set merged_into = $2, buyer_id = theirs.buyer_id
         from conversation as theirs
        where theirs.id = $2 and (conversation.id = $1 or conversation.merged_into = $1)
          and not exists (select 1 from message where conversation_id = $1)
          and not exists (select 1 from message_event where conversation_id = $1)
          and not exists (select 1 from send where conversation_id = $1)`,
      [fromId, toId],
    );
    if (emptied.rowCount === 0) continue;
    await endFollowUps(client, fromId, 'identity.moved');
    const older = await readOlderWait(client, [fromId, toId]);
    if (older !== null) await endUncounted(client, older);
    await giveWaits(client, fromId, toId);
    await client.query(CLOSE_EPISODE, [fromId]);
  }
  for (const fromId of new Set(rows.map((row) => row.fromId))) await forgetStrayWaits(client, fromId);
}

/** Its log in HubSpot goes on in the episodes of the other conversation. */
const CLOSE_EPISODE = `
  update episode set ${CLOSED_AS_JOINED}
   where conversation_id = $1 and closed_at is null`;

/** Waits stay with the messages that they count the silence after, and count for the buyer whose these are. */
async function giveWaits(client: Database, fromId: string, toId: string): Promise<void> {
  const { rows } = await client.query<{ before_id: string; buyer_id: string }>(
    `update wait set conversation_id = place.id, buyer_id = place.buyer_id
       from conversation as place, wait as before
      where wait.conversation_id = $1 and place.id = $2 and before.id = wait.id
      returning before.buyer_id as before_id, wait.buyer_id`,
    [fromId, toId],
  );
  for (const buyerId of new Set(rows.flatMap((row) => [row.before_id, row.buyer_id])))
    await addUpWaits(client, buyerId);
}
