import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { lockConversation } from '../../store/conversation.store';
import { noteHistoryChange } from '../../store/history-wait.store';
import { assignEvent } from './assign-event';
import { eventOf } from './event-facts';
import { insertMessage } from './insert-message';
import type { Assignment, StoredItem } from './item';
import { saidAtMs } from './message-facts';
import { counterpartOf, isOfThePastFromUs } from './named-by';
import { findOrCreateBuyer } from './find-buyer';
import { findOrCreateConversation } from './people';
import { storedHistorySchema } from './webhook.schema';
import type { StoredHistory, WebhookMessage } from './webhook.schema';

/** Fills the past of a conversation from the phone app. Opens no episode, turn or window, and wakes nobody. */
export async function assignHistory(client: Database, item: StoredItem): Promise<Assignment> {
  const stored = storedHistorySchema.parse(item.raw);
  const { message, display_phone_number: ourNumber } = stored;
  const known = stored.thread === null ? await findKnown(client, message.id) : null;
  if (known !== null) return await keepMedium(client, { item, message, known });
  const identifiers = counterpartOf(stored);
  if (identifiers.length === 0 || item.phone_number_id === null)
    return { kind: 'set-aside', error: 'no_sender' };
  const { buyerId, lookAt } = await findOrCreateBuyer(client, {
    identifiers,
    ...namesShown(stored),
    atMs: saidAtMs(message, item.captured_at.getTime()),
    webhookItemId: item.id,
  });
  const conversationId = await findOrCreateConversation(client, {
    phoneNumberId: item.phone_number_id,
    displayPhoneNumber: ourNumber,
    wabaId: stored.account_id ?? null,
    buyerId,
  });
  await keepPast(client, { item, message, conversationId, isOurs: isOfThePastFromUs(stored) });
  return {
    kind: 'assigned',
    lookAt,
    historyOf: conversationId,
    again: await findWaiting(client, message.id),
  };
}

function namesShown({ contact, thread }: StoredHistory) {
  return {
    displayName: contact?.profile?.name ?? null,
    username: thread?.context?.username ?? contact?.profile?.username,
  };
}

type Past = {
  readonly item: StoredItem;
  readonly message: WebhookMessage;
  readonly conversationId: string;
  readonly isOurs: boolean;
};

async function keepPast(client: Database, { isOurs, ...said }: Past): Promise<void> {
  const facts = eventOf(said.message);
  const author = isOurs ? 'phone' : 'buyer';
  if (facts !== null) {
    await assignEvent(client, { ...said, facts, author });
    return;
  }
  const direction = isOurs ? 'outbound' : 'inbound';
  if (await insertMessage(client, { ...said, direction, author, isImported: true }))
    await noteHistoryChange(client, said.conversationId);
}

type Known = { readonly id: string; readonly direction: 'inbound' | 'outbound' };

/** The message whose medium comes later: its id tells more than whoever is named as sender or recipient. */
async function findKnown(client: Database, whatsappId: string): Promise<Known | null> {
  const found = await client.query<Known>(
    'select conversation_id as id, direction from message where whatsapp_id = $1',
    [whatsappId],
  );
  return firstRow(found);
}

async function keepMedium(
  client: Database,
  medium: { readonly item: StoredItem; readonly message: WebhookMessage; readonly known: Known },
): Promise<Assignment> {
  const { item, message, known } = medium;
  const conversation = await lockConversation(client, known.id);
  if (conversation === null) return { kind: 'set-aside', error: 'no_sender' };
  const { direction } = known;
  const author = direction === 'outbound' ? 'phone' : 'buyer';
  const said = {
    item,
    message,
    conversationId: conversation.id,
    direction,
    author,
    isImported: true,
  } as const;
  if (await insertMessage(client, said)) await noteHistoryChange(client, conversation.id);
  return { kind: 'assigned', lookAt: [], historyOf: conversation.id };
}

/** Media that came before the message they belong to, and named nobody. */
async function findWaiting(client: Database, whatsappId: string): Promise<number[]> {
  const waiting = await client.query<{ id: number }>(
    `update webhook_item set error = null, assigned_at = null
      where raw -> 'message' ->> 'id' = $1 and kind = 'history' and error = 'no_sender' and understood_at is null
      returning id`,
    [whatsappId],
  );
  return waiting.rows.map(({ id }) => id);
}
