import type { Database } from '../../platform/database';
import { noteHistoryChange } from '../../store/history-wait.store';
import { assignEvent } from './assign-event';
import { eventOf } from './event-facts';
import { insertMessage } from './insert-message';
import type { Assignment, StoredItem } from './item';
import { saidAtMs } from './message-facts';
import { counterpartOf, isOfThePastFromUs } from './named-by';
import { findOrCreateBuyer, findOrCreateConversation } from './people';
import { storedHistorySchema } from './webhook.schema';

/** Fills the past of a conversation from the phone app. Opens no episode, turn or window, and wakes nobody. */
export async function assignHistory(client: Database, item: StoredItem): Promise<Assignment> {
  const stored = storedHistorySchema.parse(item.raw);
  const { message, display_phone_number: ourNumber } = stored;
  const isOurs = isOfThePastFromUs(stored);
  const identifiers = counterpartOf(stored);
  if (identifiers.length === 0 || item.phone_number_id === null)
    return { kind: 'set-aside', error: 'no_sender' };
  const { buyerId, lookAt } = await findOrCreateBuyer(client, {
    identifiers,
    displayName: null,
    username: stored.thread?.context?.username,
    atMs: saidAtMs(message, item.captured_at.getTime()),
    webhookItemId: item.id,
  });
  const conversationId = await findOrCreateConversation(client, {
    phoneNumberId: item.phone_number_id,
    displayPhoneNumber: ourNumber,
    wabaId: stored.account_id ?? null,
    buyerId,
  });
  const facts = eventOf(message);
  const author = isOurs ? 'phone' : 'buyer';
  if (facts !== null) await assignEvent(client, { item, message, facts, conversationId, author });
  else {
    const direction = isOurs ? 'outbound' : 'inbound';
    const said = { item, message, conversationId, direction, author, isImported: true } as const;
    if (await insertMessage(client, said)) await noteHistoryChange(client, conversationId);
  }
  return { kind: 'assigned', lookAt, historyOf: conversationId };
}
