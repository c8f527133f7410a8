import type { Database } from '../../platform/database';
import { reportOwner } from '../../store/owner-report.store';
import type { Assignment, StoredItem } from './item';
import { assignEvent } from './assign-event';
import { eventOf } from './event-facts';
import { insertMessage } from './insert-message';
import { findPlace, sentAtMs, toldToLook } from './item-place';
import { sendersOf } from './named-by';
import { noteStop } from './note-stop';
import { storedMessageSchema } from './webhook.schema';

/** Gives a buyer's message its buyer and conversation, both made if new, and tells that there is something to look at. */
export async function assignMessage(client: Database, item: StoredItem): Promise<Assignment> {
  const stored = storedMessageSchema.parse(item.raw);
  const { message } = stored;
  const place = await findPlace(client, item, { stored, identifiers: sendersOf(stored) });
  if (place === null) return { kind: 'set-aside', error: 'no_sender' };
  const { conversationId } = place;
  const facts = eventOf(message);
  const said = { item, message, conversationId, author: 'buyer' } as const;
  const isNew =
    facts === null
      ? await insertMessage(client, { ...said, direction: 'inbound', isImported: false })
      : await assignEvent(client, { ...said, facts });
  // WhatsApp passes the messages to us: Meta's agent, if it had the conversation, has it no longer.
  const report = { report: 'delivery', whatsappId: message.id, atMs: sentAtMs(item, message) } as const;
  if (isNew) await reportOwner(client, { ...report, conversationId, phoneAgent: null });
  const silenced = isNew ? await noteStop(client, { conversationId, message }) : [];
  return await toldToLook(client, { ...place, lookAt: [...place.lookAt, ...silenced] }, isNew);
}
