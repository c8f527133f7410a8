import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { applyEvents } from './assign-event';
import { reactedTo } from './event-facts';
import type { StoredItem } from './item';
import { lastMomentMs, saidAtMs, textOfMessage } from './message-facts';
import type { WebhookMessage } from './webhook.schema';

/** A message with its conversation, whose lock is held. */
export type ArrivedMessage = {
  readonly item: StoredItem;
  readonly message: WebhookMessage;
  readonly conversationId: string;
  readonly direction: 'inbound' | 'outbound';
  readonly author: 'buyer' | 'phone';
  /** From the history of the phone app: it is as old as it says, and triggers nothing. */
  readonly isImported: boolean;
};

/**
 * Stores a message once; true when it is new. A message that comes live counts as new although the history had it, and
 * the medium of an earlier placeholder takes its place.
 */
export async function insertMessage(client: Database, arrived: ArrivedMessage): Promise<boolean> {
  const { item, message, conversationId, isImported } = arrived;
  const itemAtMs = item.captured_at.getTime();
  const sentAt = new Date(lastMomentMs(saidAtMs(message, itemAtMs), itemAtMs));
  const inserted = await client.query(
    `insert into message (conversation_id, direction, author, whatsapp_id, type, text, body, quoted_whatsapp_id,
        refers_to_whatsapp_id, sent_at, captured_at, webhook_item_id, is_imported)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (whatsapp_id) do update
        set type = excluded.type, text = excluded.text, body = excluded.body, original_text = null, edited_at = null,
            quoted_whatsapp_id = excluded.quoted_whatsapp_id, webhook_item_id = excluded.webhook_item_id,
            is_imported = message.is_imported and excluded.is_imported,
            captured_at = case when excluded.is_imported then message.captured_at else excluded.captured_at end
      where (message.is_imported and not excluded.is_imported)
         or (message.type = 'media_placeholder' and excluded.type <> 'media_placeholder')
     returning id`,
    [
      conversationId,
      arrived.direction,
      arrived.author,
      message.id,
      message.type,
      textOfMessage(message),
      JSON.stringify(message),
      message.context?.id ?? null,
      reactedTo(message),
      sentAt,
      isImported ? sentAt : item.captured_at,
      item.id,
      isImported,
    ],
  );
  if (firstRow(inserted) === null) return false;
  await applyEvents(client, message.id);
  if (!isImported)
    await client.query(
      'update conversation set last_activity_at = greatest(last_activity_at, $2) where id = $1',
      [conversationId, item.captured_at],
    );
  return true;
}
