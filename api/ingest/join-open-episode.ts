import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { enqueueEpisodeAgain } from '../../store/crm-outbox.store';

/** Puts what was said elsewhere for us into the open episode, if there is one, so that its log in HubSpot tells it too. */
export async function joinOpenEpisode(client: Database, whatsappId: string): Promise<void> {
  const placed = await client.query<{ episode_id: string }>(
    `update message set episode_id = episode.id
       from episode
      where message.whatsapp_id = $1 and message.episode_id is null
        and episode.conversation_id = message.conversation_id and episode.closed_at is null
      returning message.episode_id`,
    [whatsappId],
  );
  const episodeId = firstRow(placed)?.episode_id;
  if (episodeId !== undefined) await enqueueEpisodeAgain(client, episodeId);
}
