import { UNWATCHED_SENDS } from '../domain/vocabulary';
import type { Owner } from '../domain/vocabulary';
import type { Database } from '../platform/database';
import { CONTROL_BEFORE, CONTROL_EVENTS, CONTROL_FACTS, tellingChange } from './event-outbox.store';
import { isAsked, noteQuestion } from './question.store';
import { recallSends } from './send-queue.store';

/**
 * Gives a conversation another owner and raises its epoch, so that nothing prepared before may leave any more; what
 * automation had planned is recalled. A question to a person is open unless people have answered since on the phone app.
 * The caller holds the locks of buyer and conversation.
 */
export async function changeOwner(
  client: Database,
  change: { readonly conversationId: string; readonly owner: Owner; readonly reasonCode: string },
): Promise<void> {
  await client.query(UPDATE, [change.conversationId, change.owner, change.reasonCode]);
  if (change.owner !== 'automation') await recallAutomated(client, change.conversationId, change.reasonCode);
}

const UPDATE = tellingChange(
  CONTROL_BEFORE,
  `update conversation
      set owner = $2, owner_since = now(), epoch = epoch + 1,
          needs_human = ${isAsked()}, reason_code = case when ${isAsked()} then asked_reason else $3 end
    where id = $1
   returning ${CONTROL_FACTS()}`,
  CONTROL_EVENTS,
);

/**
 * Leaves a conversation to a person whom nobody is yet, because of something that was said at this time and that nobody
 * has answered on the phone app. Under the same locks.
 */
export async function leaveToPeople(
  client: Database,
  left: { readonly conversationId: string; readonly reasonCode: string; readonly atMs: number },
): Promise<void> {
  await noteQuestion(client, left);
  await client.query('update conversation set unassigned_at = asked_at where id = $1', [left.conversationId]);
  await changeOwner(client, { ...left, owner: 'unassigned' });
}

/** Takes back every message of the conversation that nobody watches and that has not been claimed. */
export async function recallAutomated(
  client: Database,
  conversationId: string,
  reasonCode: string,
): Promise<void> {
  await recallSends(client, conversationId, { kinds: UNWATCHED_SENDS, reasonCode });
}
