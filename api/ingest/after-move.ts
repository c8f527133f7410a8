import type { Database } from '../../platform/database';
import { applyEvents } from './assign-event';
import { saidAtMs } from './message-facts';
import { nameBuyer } from './people';

/** Edits and revocations take effect where their message stands now, and nowhere else. */
export async function applyAllEvents(client: Database, buyerIds: readonly string[]): Promise<void> {
  await applyEventsIn(
    client,
    `select distinct about_whatsapp_id as about
       from message_event join conversation on conversation.id = conversation_id
      where buyer_id = any($1) and about_whatsapp_id is not null order by 1`,
    buyerIds,
  );
}

/** The same for those that came with these items, or are about the messages of these items. */
export async function applyEventsOf(client: Database, itemIds: readonly number[]): Promise<void> {
  await applyEventsIn(
    client,
    `select about_whatsapp_id as about from message_event
      where webhook_item_id = any($1) and about_whatsapp_id is not null
     union
     select about_whatsapp_id from message_event
       join message on message.whatsapp_id = about_whatsapp_id
      where message.webhook_item_id = any($1)
     order by 1`,
    itemIds,
  );
}

async function applyEventsIn(
  client: Database,
  statement: string,
  ids: readonly string[] | readonly number[],
): Promise<void> {
  const events = await client.query<{ about: string }>(statement, [ids]);
  for (const { about } of events.rows) await applyEvents(client, about);
}

/** The newest message names a buyer; without one the name stays. */
export async function nameAgain(client: Database, buyerId: string): Promise<void> {
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
