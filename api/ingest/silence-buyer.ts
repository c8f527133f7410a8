import { UNWATCHED_SENDS } from '../../domain/vocabulary';
import type { Database } from '../../platform/database';
import { lockLiving } from '../../store/conversation.store';
import { endFollowUps } from '../../store/follow-up.store';
import { requestLooks } from '../../store/look.store';
import { recallSends } from '../../store/send-queue.store';

/** The confirmation of an opt-out is all that may still leave, once. */
const KINDS = UNWATCHED_SENDS.filter((kind) => kind !== 'opt_out_confirmation');

/**
 * Takes back what automation had planned for a buyer who has opted out, in all their conversations, and gives these: they
 * must look. Runs under the buyer's lock.
 */
export async function silenceBuyer(client: Database, buyerId: string): Promise<string[]> {
  const conversationIds = await lockLiving(client, [buyerId]);
  for (const conversationId of conversationIds) {
    await recallSends(client, conversationId, { kinds: KINDS, reasonCode: 'stop.opted_out' });
    await endFollowUps(client, conversationId, 'stop.opted_out');
  }
  await requestLooks(client, conversationIds);
  return conversationIds;
}
