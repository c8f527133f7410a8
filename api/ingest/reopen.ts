import { onlyRow } from '../../platform/database';
import type { Database } from '../../platform/database';

/**
 * Marks every conversation that has something open (an episode, a follow-up, a send, a message without a turn, a wait)
 * so that its workflow is told to look; returns how many. The HubSpot mirror is told again too.
 */
export async function requestLookAtOpen(database: Database): Promise<number> {
  await database.query('update hubspot_portal set woken_outbox_id = 0');
  const marked = await database.query(
    `update conversation
        set look_wanted = look_wanted + 1, look_wanted_at = clock_timestamp(), look_lease_until = null
      where exists (select 1 from episode where conversation_id = conversation.id and closed_at is null)
         or exists (select 1 from follow_up where conversation_id = conversation.id and status = 'planned')
         or exists (select 1 from send where conversation_id = conversation.id
                     and status in ('planned', 'held', 'claimed'))
         or exists (select 1 from message where conversation_id = conversation.id
                     and direction = 'inbound' and turn_id is null and not is_imported)
         or exists (select 1 from wait where conversation_id = conversation.id and ended_at is null)`,
  );
  return marked.rowCount ?? 0;
}

/** Conversations that are not handed over yet. */
export async function countOpen(database: Database): Promise<number> {
  const counted = await database.query<{ count: number }>(
    'select count(*) as count from conversation where look_given < look_wanted',
  );
  return onlyRow(counted).count;
}
