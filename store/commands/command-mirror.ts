import type { Database } from '../../platform/database';
import { enqueueCrm } from '../crm-outbox.store';
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
  const row = { conversationId: control.id, decisionId };
  await enqueueCrm(client, { ...row, objectKind: 'contact', objectKey: control.buyerId });
  const episodeId = grounds.openEpisodeId ?? grounds.lastEpisodeId;
  if (episodeId !== null)
    await enqueueCrm(client, { ...row, objectKind: 'communication', objectKey: episodeId });
}
