import type { Database } from '../../platform/database';
import { NOT_CLAIMED_LIST } from '../../store/send-status.lists';
import { MOVED } from './join-record';
import { restoreTurns } from './undo-turns';
import { bothOf, isTheirs, remembered, restore } from './undo-rows';
import type { Undoing } from './undo-rows';

const REOPENED = 'identity.joined';

/**
 * Gives both buyers their conversations back with all rows from before the join. What has changed since stays as it is:
 * of a turn, wait or episode only what nobody has gone on with is open again, and what has gone over to somebody else is
 * theirs. Returns the conversations in which a person must look.
 */
export async function restoreConversations(client: Database, undoing: Undoing): Promise<string[]> {
  await client.query(
    'update episode set ordinal = -ordinal where conversation_id in (select id from conversation where buyer_id = $1)',
    [undoing.survivingId],
  );
  await restore(client, undoing, { table: 'conversation', columns: ['buyer_id'] });
  for (const table of [...MOVED, 'send', 'episode'] as const)
    await restore(client, undoing, { table, columns: ['conversation_id'] });
  await restore(client, undoing, { table: 'conversation', columns: ['merged_into'] });
  await followParts(client, undoing);
  await restoreEpisodes(client, undoing);
  const parted = await restoreTurns(client, undoing);
  await restoreWaits(client, undoing);
  const controlled = await restoreControl(client, undoing);
  await restoreFollowUps(client, undoing);
  return [...parted, ...controlled];
}

/** A conversation that came to nothing since is part of the one that its messages went to, whosever that is again. */
async function followParts(client: Database, undoing: Undoing): Promise<void> {
  await client.query(
    `update conversation as part set buyer_id = whole.buyer_id from conversation as whole
      where part.merged_into = whole.id and whole.buyer_id = any($1::uuid[]) and part.buyer_id <> whole.buyer_id`,
    [bothOf(undoing)],
  );
}

/** The old numbers, and those of later episodes after them; the one that the join closed is open again if no other is. */
async function restoreEpisodes(client: Database, undoing: Undoing): Promise<void> {
  await client.query(
    `update episode set ordinal = line.place
       from (select episode.id, row_number() over (partition by episode.conversation_id
                    order by before.ordinal is null, before.ordinal, -episode.ordinal, episode.id) as place
               from episode join conversation on conversation.id = episode.conversation_id
               left join ${remembered('episode', 'ordinal')} on remembered.id = episode.id
              where conversation.buyer_id = any($2)) as line
      where line.id = episode.id`,
    [undoing.joinId, bothOf(undoing)],
  );
  await restore(client, undoing, {
    table: 'episode',
    columns: ['closed_at', 'close_reason', 'outcome'],
    only: `before.closed_at is null and now.close_reason = 'joined' and not exists (
      select 1 from episode as open where open.conversation_id = now.conversation_id and open.closed_at is null)`,
  });
  // What was said since in an episode that has gone to the other one stands in the newest of its own.
  await client.query(
    `update message as said
        set episode_id = (select id from episode where conversation_id = said.conversation_id order by ordinal desc limit 1)
       from conversation as place, episode as held
      where place.id = said.conversation_id and place.buyer_id = any($1::uuid[])
        and held.id = said.episode_id and held.conversation_id <> said.conversation_id`,
    [bothOf(undoing)],
  );
}

async function restoreWaits(client: Database, undoing: Undoing): Promise<void> {
  await restore(client, undoing, { table: 'wait', columns: ['buyer_id'] });
  await restore(client, undoing, {
    table: 'wait',
    columns: ['ended_at', 'ended_by', 'late_replies', 'expected_late_replies'],
    only: `before.ended_at is null and now.ended_by = 'our_message'
      and ${standsWith('now.message_id')} and not exists (
      select 1 from wait as open where open.conversation_id = now.conversation_id and open.ended_at is null)`,
  });
  await client.query(
    `update wait set buyer_id = conversation.buyer_id from conversation
      where conversation.id = conversation_id and conversation.buyer_id = any($1)
        and wait.buyer_id <> conversation.buyer_id`,
    [bothOf(undoing)],
  );
}

/** Whether the message that a row is about is still in the same conversation. */
const standsWith = (messageId: string): string =>
  `exists (select 1 from message where message.id = ${messageId} and message.conversation_id = now.conversation_id)`;

/** What was planned after silence is planned again where nothing was said since. */
async function restoreFollowUps(client: Database, undoing: Undoing): Promise<void> {
  await restore(client, undoing, {
    table: 'follow_up',
    columns: ['status', 'reason_code', 'ended_at'],
    only: `now.status = 'ended' and now.reason_code = '${REOPENED}'
      and ${standsWith('now.after_message_id')} and not exists (
      select 1 from message where message.conversation_id = now.conversation_id
         and message.captured_at > (select joined_at from buyer_join where id = $1))`,
  });
}

/**
 * Owner, pause, route, rules and questions are as before where nobody has changed them since. A change of owner or pause
 * raises the epoch, as every such change does, and what could leave before the join can leave again.
 */
async function restoreControl(client: Database, undoing: Undoing): Promise<string[]> {
  const { joinId } = undoing;
  const asking: string[] = [];
  for (const row of await readControls(client, undoing)) {
    const isOwnerChanged = await restoreOwner(client, joinId, row);
    const isPauseChanged = await restoreWhereUntouched(client, joinId, {
      id: row.id,
      column: 'paused_until',
    });
    for (const column of ['route_override', 'follow_up_rule', 'last_activity_at'])
      await restoreWhereUntouched(client, joinId, { id: row.id, column });
    if (isOwnerChanged || isPauseChanged)
      await client.query('update conversation set epoch = epoch + 1 where id = $1', [row.id]);
    await restoreSends(client, undoing, row.id);
    if (await recallNewer(client, undoing, row.id)) asking.push(row.id);
  }
  // The conversations that had been given have kept their own epoch.
  await restore(client, undoing, {
    table: 'send',
    columns: ['epoch'],
    only: `not exists (select 1 from buyer_join_row as kept where kept.buyer_join_id = $1
      and kept.table_name = 'conversation' and kept.before ? 'epoch' and kept.row_id = now.conversation_id::text)`,
  });
  await restoreQuestions(client, undoing);
  return asking;
}

/** The conversations that took another one in, and are still of one of the two. */
async function readControls(client: Database, undoing: Undoing): Promise<{ id: string }[]> {
  const { rows } = await client.query<{ id: string }>(
    `select remembered.id from ${remembered('conversation', 'owner')}
       join conversation as now on now.id = remembered.id where ${isTheirs('conversation', 'now')} order by remembered.id`,
    [undoing.joinId, bothOf(undoing)],
  );
  return rows;
}

/** True when somebody else owns the conversation now. */
async function restoreOwner(
  client: Database,
  joinId: number,
  { id }: { readonly id: string },
): Promise<boolean> {
  const restored = await client.query<{ is_changed: boolean }>(
    `update conversation as now
        set owner = before.owner, owner_since = before.owner_since, owner_at = before.owner_at,
            phone_agent = before.phone_agent, ordered_owner = before.ordered_owner, ordered_at = before.ordered_at,
            phone_at = before.phone_at, is_phone_back = before.is_phone_back, unassigned_at = before.unassigned_at
       from ${remembered('conversation', 'owner')}
      where now.id = $2 and remembered.id = now.id and now.owner = after.owner and now.owner_since = after.owner_since
        and now.owner_at is not distinct from after.owner_at
      returning after.owner <> before.owner as is_changed`,
    [joinId, id],
  );
  return restored.rows[0]?.is_changed ?? false;
}

/** True when it is another value now. */
async function restoreWhereUntouched(
  client: Database,
  joinId: number,
  { id, column }: { readonly id: string; readonly column: string },
): Promise<boolean> {
  const restored = await client.query<{ is_changed: boolean }>(
    `update conversation as now set ${column} = before.${column}
       from ${remembered('conversation', 'owner')}
      where now.id = $2 and remembered.id = now.id and now.${column} is not distinct from after.${column}
      returning after.${column} is distinct from before.${column} as is_changed`,
    [joinId, id],
  );
  return restored.rows[0]?.is_changed ?? false;
}

/** What could leave before can leave again, judged by the gate like everything else; no answer to what is somebody else's. */
async function restoreSends(client: Database, undoing: Undoing, keptId: string): Promise<void> {
  await restore(client, undoing, {
    table: 'send',
    columns: ['status', 'reason_code', 'settled_at'],
    only: `now.status = 'recalled' and now.reason_code = '${REOPENED}' and not exists (
      select 1 from decision join message on message.turn_id = decision.turn_id
       where decision.id = now.decision_id and message.conversation_id <> now.conversation_id)`,
  });
  await client.query(
    `update send as now
        set epoch = case when before.epoch = kept_before.epoch then kept.epoch else before.epoch end
       from ${remembered('send', 'epoch')}, conversation as kept,
            (select (before ->> 'epoch')::bigint as epoch from buyer_join_row
              where buyer_join_id = $1 and table_name = 'conversation' and row_id = $2::uuid::text and before ? 'epoch'
              order by position limit 1) as kept_before
      where now.id = remembered.id and now.conversation_id = $2 and kept.id = $2`,
    [undoing.joinId, keptId],
  );
}

/** What automation prepared for both as one does not leave any more; true when there was something. */
async function recallNewer(client: Database, { joinId }: Undoing, keptId: string): Promise<boolean> {
  const only = `send.conversation_id = $2 and not exists (
    select 1 from buyer_join_row where buyer_join_id = $1 and table_name = 'send' and row_id = send.id::text)`;
  return (await recallPrepared(client, only, [joinId, keptId])).length > 0;
}

/** What automation prepared as an answer to words that stand elsewhere now does not leave any more; gives where that was. */
export async function recallStray(client: Database, undoing: Undoing): Promise<string[]> {
  const only = `exists (
    select 1 from conversation join decision on decision.id = send.decision_id
      join message on message.turn_id = decision.turn_id and message.conversation_id <> send.conversation_id
     where conversation.id = send.conversation_id and conversation.buyer_id = any($1))`;
  return await recallPrepared(client, only, [bothOf(undoing)]);
}

/** Takes back what automation prepared, as far as it is meant and not claimed; gives the conversations of what there was. */
async function recallPrepared(client: Database, only: string, values: readonly unknown[]): Promise<string[]> {
  const { rows } = await client.query<{ conversation_id: string }>(
    `update send set status = 'recalled', reason_code = 'identity.join_undone', settled_at = now()
      where kind <> 'human' and status in ${NOT_CLAIMED_LIST} and ${only}
      returning conversation_id`,
    values,
  );
  return rows.map((row) => row.conversation_id);
}

/** A question to a person that only the join had asked is withdrawn. */
async function restoreQuestions(client: Database, undoing: Undoing): Promise<void> {
  await restore(client, undoing, {
    table: 'conversation',
    columns: ['needs_human', 'reason_code', 'asked_at', 'asked_reason'],
    only: 'now.needs_human = after.needs_human and now.reason_code is not distinct from after.reason_code',
  });
}
