import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { MESSAGE_EVENTS, MESSAGE_FACTS, telling } from '../../store/event-outbox.store';
import { applyEvents } from './assign-event';
import { reactedTo } from './event-facts';
import { keepMedia } from './keep-media';
import { STANDBY } from './item';
import { doubtOf, lastMomentMs, saidAtMs, textOfMessage } from './message-facts';
import { giveWhatsAppId, IMPORT_PREFIX } from './same-message';
import { IS_TOLD_AT_LAST, waitForTurnAgain } from './told-at-last';
import type { WebhookMessage } from './webhook.schema';

/** A message with its conversation, whose lock is held. */
export type ArrivedMessage = {
  /** Where it stands; without id in an export. */
  readonly item: { readonly id: number | null; readonly field?: string; readonly captured_at: Date };
  readonly message: WebhookMessage;
  readonly conversationId: string;
  readonly direction: 'inbound' | 'outbound';
  readonly author: 'buyer' | 'phone' | 'meta' | `agent:${string}`;
  /** From the history of the phone app or an export: it is as old as it says, and triggers nothing. */
  readonly isImported: boolean;
};

/**
 * Stores a message once; true when it is new. A message that comes live counts as new although the history or Meta's
 * agent had it, the medium of an earlier placeholder takes its place, what WhatsApp passes on at last that of its notice, and so does WhatsApp's own record that of an export. Whoever fills the
 * past notes that the history has changed.
 */
export async function insertMessage(client: Database, arrived: ArrivedMessage): Promise<boolean> {
  const { item, message, conversationId, direction, isImported } = arrived;
  const sentAt = sentAtOf(message, item.captured_at);
  const isOfWhatsApp = !message.id.startsWith(IMPORT_PREFIX);
  if (isOfWhatsApp)
    await giveWhatsAppId(
      client,
      { conversationId, direction, sentAt, text: textOfMessage(message) },
      message.id,
    );
  const inserted = firstRow(
    await client.query<{ id: string; was_there: boolean }>(INSERT, [
      conversationId,
      direction,
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
      item.field === STANDBY,
      doubtOf(message, item.captured_at.getTime()),
    ]),
  );
  if (inserted === null) return false;
  if (inserted.was_there) await waitForTurnAgain(client, inserted.id);
  if (isOfWhatsApp) {
    await keepMedia(client, {
      messageId: inserted.id,
      message,
      announcedAt: item.captured_at,
      hasTurn: direction === 'inbound' && !isImported,
      isReplacement: inserted.was_there,
    });
    await applyEvents(client, message.id);
  }
  if (!isImported) await noteActivity(client, arrived, inserted);
  return true;
}

/** When a message was sent; its whole second read as the last moment that lies before we had it. */
export function sentAtOf(message: { readonly timestamp?: unknown }, capturedAt: Date): Date {
  const capturedAtMs = capturedAt.getTime();
  return new Date(lastMomentMs(saidAtMs(message, capturedAtMs), capturedAtMs));
}

/** Whether a message that was there counts as captured only now. */
const IS_HAD_ANEW = `(message.webhook_item_id is null or ${IS_TOLD_AT_LAST}
  or (not excluded.is_imported and (message.is_imported or message.is_standby)))`;

/**
 * How much is known of who wrote a message: an export that names the agent tells most, then the echo of the phone app, then
 * that Meta's agent had the conversation; the history only tells that it was us.
 */
function knowledgeOfAuthor(row: 'message' | 'excluded'): string {
  return `case when (${row}.is_imported or ${row}.is_standby) and starts_with(${row}.author, 'agent:') then 4
               when ${row}.is_imported then 1 when ${row}.is_standby then 2 else 3 end`;
}

const INSERT = telling(
  `insert into message (conversation_id, direction, author, whatsapp_id, type, text, body, quoted_whatsapp_id,
     refers_to_whatsapp_id, sent_at, captured_at, webhook_item_id, is_imported, is_standby, doubt, position)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::bigint, $13, $14, $15, coalesce($12::bigint, 0))
  on conflict (whatsapp_id) do update
     set author = case when message.send_id is null and message.direction = excluded.direction
                        and ${knowledgeOfAuthor('excluded')} > ${knowledgeOfAuthor('message')}
                       then excluded.author else message.author end,
         type = excluded.type, text = excluded.text, body = excluded.body, original_text = null, edited_at = null,
         quoted_whatsapp_id = excluded.quoted_whatsapp_id, refers_to_whatsapp_id = excluded.refers_to_whatsapp_id,
         webhook_item_id = excluded.webhook_item_id, is_imported = message.is_imported and excluded.is_imported,
         is_standby = case when excluded.is_imported then message.is_standby
                           else excluded.is_standby and (message.is_standby or message.is_imported) end,
         sent_at = case when message.webhook_item_id is null or (message.doubt is not null and excluded.doubt is null)
                        then excluded.sent_at else message.sent_at end,
         doubt = case when excluded.doubt is null then null else message.doubt end,
         captured_at = case when ${IS_HAD_ANEW} then excluded.captured_at else message.captured_at end,
         position = case when ${IS_HAD_ANEW} then excluded.position else message.position end
   where (message.is_imported and not excluded.is_imported)
      or (message.is_standby and not excluded.is_standby and not excluded.is_imported)
      or (message.is_imported and message.webhook_item_id is null and excluded.webhook_item_id is not null)
      or ${IS_TOLD_AT_LAST}
      or (message.type = 'media_placeholder' and excluded.type <> 'media_placeholder' and excluded.webhook_item_id is not null)
  returning ${MESSAGE_FACTS}, xmax <> 0 as was_there`,
  MESSAGE_EVENTS,
);

/** A message that the history had is counted live from now on, and what came now may end a wait of the history. */
async function noteActivity(
  client: Database,
  { conversationId, item }: ArrivedMessage,
  message: { readonly id: string; readonly was_there: boolean },
): Promise<void> {
  if (message.was_there)
    await client.query('delete from wait where message_id = $1 and is_imported', [message.id]);
  await client.query(
    `update conversation
        set last_activity_at = greatest(last_activity_at, $2),
            history_waits_due_at = case when $3 or history_waits_due_at is not null then now() end
      where id = $1`,
    [conversationId, item.captured_at, message.was_there],
  );
}
