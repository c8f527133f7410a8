import type { ReplyModel } from '../domain/wait/reply-model';
import type { TransactionalDatabase } from '../platform/database';
import { createConversationActivities } from './conversation/conversation.activities';
import { createHubSpotActivities } from './hubspot/hubspot.activities';
import type { HubSpotPort } from './hubspot/hubspot.port';
import { createWhatsAppActivities } from './whatsapp/whatsapp.activities';
import type { WhatsAppPort } from './whatsapp/whatsapp.client';

/** What the activities need from the world; built once per process. */
export type ActivityParts = {
  readonly database: TransactionalDatabase;
  readonly whatsapp: WhatsAppPort;
  readonly hubspot: HubSpotPort;
  readonly replyModel: ReplyModel;
};

/** All activities, one group per counterpart and task queue. */
export function createActivities(parts: ActivityParts) {
  return {
    conversation: createConversationActivities(parts),
    whatsapp: createWhatsAppActivities(parts),
    hubspot: createHubSpotActivities({ hubspot: parts.hubspot, pool: parts.database }),
  };
}

type Groups = ReturnType<typeof createActivities>;
/** The activities as workflows see them. */
export type Activities = Groups['conversation'] & Groups['whatsapp'] & Groups['hubspot'];
