import { onlyRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { applyConsent, shareStops } from '../../store/consent.store';
import { addUpWaits } from '../../store/history-wait.store';
import { endLink } from '../../store/identity-link.store';
import { restoreIdentifiers } from './undo-identities';
import { bothOf, remembered, restore } from './undo-rows';
import type { Undoing } from './undo-rows';

/** Gives both buyers back what tells who they are: identifiers, wishes, and the contacts they were linked to. */
export async function restoreIdentities(client: Database, undoing: Undoing): Promise<void> {
  await restoreIdentifiers(client, undoing);
  await restore(client, undoing, { table: 'consent', columns: ['buyer_id'] });
  await restore(client, undoing, { table: 'crm_outbox', columns: ['object_key'] });
  await restoreJoinedInto(client, undoing);
  await restoreLinks(client, undoing);
}

/** Buyers who had become part of the joined one before are part of it again. */
async function restoreJoinedInto(client: Database, { joinedId }: Undoing): Promise<void> {
  await client.query(
    `with recursive part as (
       select $1::uuid as id
       union
       select earlier.joined_buyer_id from buyer_join as earlier join part on part.id = earlier.surviving_buyer_id
        where earlier.undone_at is null
     )
     update buyer set joined_into = nullif($1::uuid, buyer.id) from part where buyer.id = part.id`,
    [joinedId],
  );
}

/** A link that was made since stays, unless it leads to the contact that came with the joined buyer. */
async function restoreLinks(client: Database, undoing: Undoing): Promise<void> {
  const { joinId, survivingId } = undoing;
  await restore(client, undoing, { table: 'identity_link', columns: ['buyer_id'] });
  const taken = await client.query(
    `select 1 from buyer_join join identity_link as copy on copy.id = buyer_join.link_id
       join identity_link as held on held.buyer_id = $2 and held.ended_at is null and held.contact_id = copy.contact_id
      where buyer_join.id = $1`,
    [joinId, survivingId],
  );
  if (taken.rowCount !== 0) await endLink(client, survivingId, 'identity.join_undone');
  for (const buyerId of bothOf(undoing))
    await restore(client, undoing, {
      table: 'identity_link',
      columns: ['ended_at', 'end_reason'],
      only: `now.buyer_id = '${buyerId}' and before.ended_at is null and not exists (
        select 1 from identity_link as held where held.buyer_id = now.buyer_id and held.ended_at is null)`,
    });
}

/**
 * Parts the sums of both buyers: D and E of before, and what was counted since with the conversation it was counted in. A
 * name that came with the join goes; the messages give the right one.
 */
export async function restoreSums(client: Database, undoing: Undoing): Promise<void> {
  const { joinId, survivingId, joinedId } = undoing;
  await restore(client, undoing, {
    table: 'buyer',
    columns: ['unreachable_at', 'unreachable_until', 'unreachable_reason'],
    only: 'coalesce(now.unreachable_at <= (select joined_at from buyer_join where id = $1), true)',
  });
  await client.query(
    `update buyer as now
        set display_name = case when now.display_name_at is not distinct from own.display_name_at then now.display_name end,
            display_name_at = case when now.display_name_at is not distinct from own.display_name_at then now.display_name_at end,
            late_replies = case
              when now.id = $3 then own.late_replies + since.late
              when whole.late_replies = own.late_replies + other.late_replies and since.late = 0 then own.late_replies
              else greatest(0, whole.late_replies - other.late_replies - since.late) end,
            expected_late_replies = case
              when now.id = $3 then own.expected_late_replies + since.expected
              when whole.expected_late_replies = own.expected_late_replies + other.expected_late_replies and since.expected = 0
                then own.expected_late_replies
              else greatest(0, whole.expected_late_replies - other.expected_late_replies - since.expected) end
       from (select remembered.id as buyer_id, before.* from ${remembered('buyer', 'late_replies')}) as own,
            (select remembered.id as buyer_id, before.* from ${remembered('buyer', 'late_replies')}) as other,
            (select * from buyer where id = $2) as whole,
            (select joined_at,
                    (select coalesce(sum(late_replies), 0) from wait where buyer_id = $3 and ended_at > joined_at) as late,
                    (select coalesce(sum(expected_late_replies), 0) from wait
                      where buyer_id = $3 and ended_at > joined_at) as expected
               from buyer_join where id = $1) as since
      where now.id in ($2, $3) and own.buyer_id = now.id and other.buyer_id = $3`,
    [joinId, survivingId, joinedId],
  );
  const gone = await client.query(
    `select 1 from ${remembered('wait', 'buyer_id')} join wait as now on now.id = remembered.id
      where now.buyer_id <> all($2::uuid[]) limit 1`,
    [joinId, bothOf(undoing)],
  );
  // What was counted with a conversation that has gone over to somebody else went with it.
  if (gone.rowCount !== 0) for (const buyerId of bothOf(undoing)) await addUpWaits(client, buyerId);
}

/**
 * Gives wishes that were told since to the buyer of their message, and to both where nobody knows whose they were: a stop
 * that a person or WhatsApp told us. Runs after the messages have gone to their buyers.
 */
export async function partConsents(client: Database, undoing: Undoing): Promise<void> {
  const { joinId, survivingId, joinedId } = undoing;
  await client.query(
    `update consent set buyer_id = conversation.buyer_id
       from message join conversation on conversation.id = message.conversation_id
      where consent.message_id = message.id and consent.buyer_id = any($1) and conversation.buyer_id = any($1)
        and consent.buyer_id <> conversation.buyer_id`,
    [[survivingId, joinedId]],
  );
  const { since } = onlyRow(
    await client.query<{ since: string }>('select joined_at::text as since from buyer_join where id = $1', [
      joinId,
    ]),
  );
  await shareStops(client, { cause: `undo-join:${joinId}`, fromId: survivingId, toId: joinedId, since });
  for (const buyerId of [survivingId, joinedId]) await applyConsent(client, buyerId);
}
