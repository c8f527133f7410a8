import type { Database } from '../../platform/database';
import type { ConversationControl } from './command.types';
import type { CommandGrounds } from './control.store';

/** Notes for HubSpot what a command changed: who handles the contact, and the record of the episode. */
export async function mirrorCommand(
  client: Database,
  command: {
    readonly control: ConversationControl;
    readonly grounds: CommandGrounds;
    readonly decisionId: number;
  },
): Promise<void> {
  const { control, grounds, decisionId } = command;
  const episodeId = grounds.openEpisodeId ?? grounds.lastEpisodeId;
  await client.query(
    `insert into crm_outbox (object_kind, object_key, conversation_id, decision_id)
     select object_kind, object_key, $3, $4
       from (values ('contact', $1::text), ('communication', $2::text)) as mirrored (object_kind, object_key)
      where object_key is not null`,
    [control.buyerId, episodeId, control.id, decisionId],
  );
}
