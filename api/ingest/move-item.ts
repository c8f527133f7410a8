import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { enqueueEpisodeAgain } from '../../store/crm-outbox.store';
import type { StoredItem } from './item';
import { findOrCreateConversation } from './people';

/** What went over from one conversation to another. */
export type MovedRow = {
  readonly fromId: string;
  readonly toId: string;
  /** The turn that had decided it already, which it keeps. */
  readonly decidedTurnId: string | null;
};

type MisplacedRow = {
  from_id: string;
  decided_turn_id: string | null;
  episode_id: string | null;
  phone_number_id: string;
};

/** Gives what an item has said to another buyer, in their conversation with the same number. */
export async function moveItem(client: Database, item: StoredItem, buyerId: string): Promise<MovedRow[]> {
  const misplaced = await client.query<MisplacedRow>(
    `select case when turn.status <> 'open' then turn.id end as decided_turn_id, message.episode_id,
            conversation.phone_number_id, conversation.id as from_id
       from message join conversation on conversation.id = message.conversation_id
       left join turn on turn.id = message.turn_id
      where message.webhook_item_id = $1 and conversation.buyer_id <> $2
     union all
     select null, null, conversation.phone_number_id, conversation.id
       from message_event join conversation on conversation.id = message_event.conversation_id
      where message_event.webhook_item_id = $1 and conversation.buyer_id <> $2`,
    [item.id, buyerId],
  );
  const moved: MovedRow[] = [];
  for (const row of misplaced.rows) {
    const toId = await findOrCreateConversation(client, {
      phoneNumberId: row.phone_number_id,
      displayPhoneNumber: null,
      wabaId: null,
      buyerId,
    });
    await moveInto(client, item.id, toId);
    moved.push({ fromId: row.from_id, toId, decidedTurnId: row.decided_turn_id });
    if (row.episode_id !== null) await enqueueEpisodeAgain(client, row.episode_id);
  }
  return moved;
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
  const episodeId = firstRow(moved)?.episode_id ?? null;
  if (episodeId !== null) await enqueueEpisodeAgain(client, episodeId);
}
