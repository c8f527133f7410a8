import type { ReplyModel } from '../domain/wait/reply-model';
import type { TransactionalDatabase } from '../platform/database';
import type { AlarmLog } from '../platform/alarm';
import type { MediaStorage } from '../platform/media-storage';
import { createConversationActivities } from './conversation/conversation.activities';
import type { FetchLimits } from './media/fetch-media';
import { createMediaActivities } from './media/media.activities';
import type { MediaPort } from './media/media.client';
import { createHubSpotActivities } from './hubspot/hubspot.activities';
import type { HubSpotPort } from './hubspot/hubspot.port';
import { createWhatsAppActivities } from './whatsapp/whatsapp.activities';
import type { WhatsAppPort } from './whatsapp/whatsapp.client';

/** What the activities need from the world; built once per process. */
export type ActivityParts = {
  readonly database: TransactionalDatabase;
  readonly logger: AlarmLog;
  readonly whatsapp: WhatsAppPort;
  readonly hubspot: HubSpotPort;
  readonly media: MediaPort;
  readonly mediaStorage: MediaStorage;
  readonly mediaLimits: FetchLimits;
  readonly replyModel: ReplyModel;
};

/** All activities, one group per counterpart and task queue. */
export function createActivities(parts: ActivityParts) {
  return {
    conversation: createConversationActivities(parts),
    whatsapp: createWhatsAppActivities(parts),
    hubspot: createHubSpotActivities({ hubspot: parts.hubspot, pool: parts.database }),
    media: createMediaActivities({
      database: parts.database,
      media: parts.media,
      storage: parts.mediaStorage,
      limits: parts.mediaLimits,
    }),
  };
}

type Groups = ReturnType<typeof createActivities>;
/** The activities as workflows see them. */
export type Activities = Groups['conversation'] & Groups['whatsapp'] & Groups['hubspot'] & Groups['media'];
