import type { Database } from '../../platform/database';
import { arrivalOf } from '../../store/message-order';
import { settleOpenTurns } from './settle-moved';
import { bothOf, isTheirs, remembered, restore } from './undo-rows';
import type { Undoing } from './undo-rows';

/**
 * A turn is open again while nobody has decided its messages, with those of them that have not gone over to somebody else;
 * else a person looks at what was decided for both at once. Returns the conversations in which one must.
 */
export async function restoreTurns(client: Database, undoing: Undoing): Promise<string[]> {
  const undecided = await readUndecided(client, undoing);
  await restore(client, undoing, { table: 'message', columns: ['turn_id'] });
  // First the turns that went on: their messages may have been the first of these.
  const places = await client.query<{ id: string }>('select id from conversation where buyer_id = any($1)', [
    bothOf(undoing),
  ]);
  await settleOpenTurns(
    client,
    places.rows.map(({ id }) => id),
  );
  await client.query(
    `update turn
        set status = 'open', ended_at = null,
            trigger_message_id = (select id from message where turn_id = turn.id order by ${arrivalOf('message')} limit 1)
      where id = any($1)`,
    [undecided],
  );
  const parted = await client.query<{ conversation_id: string }>(
    `select distinct turn.conversation_id from turn join ${remembered('turn', 'status')} on remembered.id = turn.id
      where turn.status = 'joined' and before.status = 'open' and exists (select 1 from message where turn_id = turn.id)`,
    [undoing.joinId],
  );
  return parted.rows.map((row) => row.conversation_id);
}

/** Turns that the join ended, of which something is left and nothing has been decided. */
async function readUndecided(client: Database, undoing: Undoing): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `with taken as (
       select before.turn_id as id, coalesce(turn.status <> 'open', false) as is_decided
         from ${remembered('message', 'turn_id')}
         join message as said on said.id = remembered.id and ${isTheirs('message', 'said')}
         left join turn on turn.id = said.turn_id)
     select now.id from turn as now join ${remembered('turn', 'status')} on remembered.id = now.id
       join taken on taken.id = now.id
      where now.status = 'joined' and before.status = 'open' and ${isTheirs('turn', 'now')}
      group by now.id having not bool_or(taken.is_decided)`,
    [undoing.joinId, bothOf(undoing)],
  );
  return rows.map(({ id }) => id);
}
