import { inTransaction } from '../../platform/database';
import type { TransactionalDatabase } from '../../platform/database';
import type { ConversationDetail } from '../contract';
import type { MediaLinks } from '../media-links';
import { readSummary } from './conversation-list';
import { listCrmRecords, readIdentity } from './conversation-crm';
import { listCommands, listDecisions } from './conversation-decisions';
import { listEvents, listFollowUps, listMessages, listSends, listWaits } from './conversation-messages';
import { isUuid } from './values';

/** One conversation with everything that happened in it, all of one moment; null when there is none. Files have links where `links` are given. */
export async function readConversation(
  pool: TransactionalDatabase,
  conversationId: string,
  links: Pick<MediaLinks, 'urlOf'> | null = null,
): Promise<ConversationDetail | null> {
  if (!isUuid(conversationId)) return null;
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    const summary = await readSummary(client, conversationId);
    if (summary === null) return null;
    return {
      ...summary,
      identity: await readIdentity(client, summary.buyer.id),
      messages: await listMessages(client, summary.id, links),
      events: await listEvents(client, summary.id),
      decisions: await listDecisions(client, summary.id),
      follow_ups: await listFollowUps(client, summary.id),
      sends: await listSends(client, summary.id),
      waits: await listWaits(client, summary.id),
      commands: await listCommands(client, summary.id),
      crm: await listCrmRecords(client, summary.id),
    };
  });
}
