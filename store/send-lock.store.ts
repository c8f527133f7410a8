import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { findConversationOf, lockConversation } from './conversation.store';
import type { LockedConversation } from './conversation.store';

/** A send with its conversation, both locked. */
type InPlace<Send> = { readonly conversation: LockedConversation; readonly send: Send };

/**
 * Locks buyer, conversation, send: the order in which the gate and every command take these locks. The statement reads the
 * send by its id and locks it. Null when there is no such send.
 */
export async function lockSendInPlace<Send extends { readonly conversation_id: string }>(
  client: Database,
  sendId: string,
  statement: string,
): Promise<InPlace<Send> | null> {
  for (;;) {
    const conversationId = await findConversationOf(client, 'send', sendId);
    const conversation = conversationId === null ? null : await lockConversation(client, conversationId);
    if (conversation === null) return null;
    const send = firstRow(await client.query<Send>(statement, [sendId]));
    if (send === null) return null;
    // Else a join was undone while its locks were waited for, and the send went back to another conversation.
    if (send.conversation_id === conversation.id) return { conversation, send };
  }
}
