import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';

/** What one message has in common in WhatsApp's records and in exports, whose lines often lack WhatsApp's id. */
export type MessageContent = {
  readonly conversationId: string;
  readonly direction: 'inbound' | 'outbound';
  readonly sentAt: Date;
  readonly text: string | null;
};

/** Begins the ids of messages that are known from exports only. */
export const IMPORT_PREFIX = 'import:';

/** Said in the same second, by the same side, in the same words: the times of exports have whole seconds. */
const SAME = `message.conversation_id = $1 and message.direction = $2
  and message.sent_at >= date_trunc('second', $3::timestamptz)
  and message.sent_at < date_trunc('second', $3::timestamptz) + interval '1 second'
  and coalesce(message.original_text, message.text) is not distinct from $4 and message.type not in ('reaction', 'edit')`;

/** The message that a line of an export without WhatsApp's id is; null when it is not known yet. */
export async function findSame(
  client: Database,
  content: MessageContent,
  which: { readonly hasIdOfAnotherSystem: boolean },
): Promise<string | null> {
  // Lines with different ids of another system are different messages, also when they read alike.
  const isFree = 'not exists (select 1 from message_import_key where message_id = message.id)';
  const found = await client.query<{ id: string }>(
    `select id from message where ${SAME} ${which.hasIdOfAnotherSystem ? `and ${isFree}` : ''}
      order by whatsapp_id limit 1`,
    valuesOf(content),
  );
  return firstRow(found)?.id ?? null;
}

/**
 * Gives a message that is known from an export only WhatsApp's own id, now that it is known, so that it is found under
 * it; true when there was one.
 */
export async function giveWhatsAppId(
  client: Database,
  content: MessageContent,
  whatsappId: string,
): Promise<boolean> {
  const adopted = await client.query(
    `update message set whatsapp_id = $5, sent_at = $3, captured_at = $3
      where id = (select id from message where ${SAME} and starts_with(whatsapp_id, '${IMPORT_PREFIX}')
                   order by whatsapp_id limit 1)
        and not exists (select 1 from message as known where known.whatsapp_id = $5)`,
    [...valuesOf(content), whatsappId],
  );
  return adopted.rowCount === 1;
}

function valuesOf({ conversationId, direction, sentAt, text }: MessageContent): unknown[] {
  return [conversationId, direction, sentAt, text];
}
