import { z } from 'zod';
import type { SendStatus } from '../../domain/vocabulary';
import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { lockConversation } from '../../store/conversation.store';
import { applySendReport } from '../../store/send.store';
import type { Assignment, StoredItem } from './item';
import { participantOf } from './flatten';
import { timestampToMs } from './message-facts';
import { storedStatusSchema } from './webhook.schema';
import type { WebhookStatus } from './webhook.schema';

/** Statuses that move a send; others are kept and shown only. */
const KNOWN_STATUSES: readonly SendStatus[] = ['sent', 'delivered', 'read', 'played', 'failed'];

/** Stores a delivery status and moves the send it is about; one that comes before its send is known waits in its row. */
export async function assignStatus(client: Database, item: StoredItem): Promise<Assignment> {
  const { status } = storedStatusSchema.parse(item.raw);
  const atMs = timestampToMs(status.timestamp, item.captured_at.getTime()) ?? item.captured_at.getTime();
  const send = await findSend(client, status);
  // Before anything that refers to the send: a reference alone is a lock that the gate would wait for.
  if (send !== null) await lockConversation(client, send.conversation_id);
  await client.query(
    `insert into send_status (whatsapp_id, send_id, status, participant, occurred_at, raw, webhook_item_id)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (whatsapp_id, status, participant) do nothing`,
    [
      status.id,
      send?.id ?? null,
      status.status,
      participantOf(status),
      new Date(atMs),
      JSON.stringify(status),
      item.id,
    ],
  );
  const known = KNOWN_STATUSES.find((one) => one === status.status);
  if (send === null || known === undefined) return { kind: 'assigned', lookAt: [] };
  const applied = await applySendReport(client, {
    sendId: send.id,
    whatsappId: status.id,
    status: known,
    atMs,
    ...(status.errors === undefined ? {} : { error: status.errors }),
  });
  // Statuses wake a workflow only when somebody waits for them.
  return { kind: 'assigned', lookAt: applied?.wakesWorkflow === true ? [send.conversation_id] : [] };
}

type SendReference = { id: string; conversation_id: string };

/** By our own id that travels with the message, which also adopts a send whose answer was lost; else by WhatsApp's id. */
async function findSend(client: Database, status: WebhookStatus): Promise<SendReference | null> {
  const ours = z.uuid().safeParse(status.biz_opaque_callback_data);
  return firstRow(
    await client.query<SendReference>(
      'select id, conversation_id from send where id = $1 or whatsapp_id = $2 limit 1',
      [ours.success ? ours.data : null, status.id],
    ),
  );
}
