import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ConversationView } from '../domain/conversation/conversation.state';

/** One queue per counterpart, so that a slow HubSpot never holds up a send. */
export const TASK_QUEUES = {
  conversation: 'conversation',
  whatsapp: 'whatsapp',
  hubspot: 'hubspot',
  media: 'media',
} as const;

export const CONVERSATION_WORKFLOW = 'conversation';
export const CRM_SYNC_WORKFLOW = 'crmSync';
export const MEDIA_FETCH_WORKFLOW = 'mediaFetch';
/** Workflow id of the one fetcher of files that no turn fetches. */
export const MEDIA_FETCH_WORKFLOW_ID = 'media-fetch';

/** Metric: how long histories are when a run hands over to a fresh one. */
export const EVENTS_AT_FRESH_RUN = 'continuo_events_at_continue_as_new';

/** Workflow id of a conversation. Opaque: it holds nobody's number. */
export function conversationWorkflowId(conversationId: string): string {
  return `conversation-${conversationId}`;
}

/** Workflow id of the one HubSpot mirror of a portal. */
export function crmSyncWorkflowId(portalId: string): string {
  return `crm-sync-${portalId}`;
}

/** Something new stands in Postgres. Carries nothing, may be repeated. */
export const look = defineSignal('look');

/** What an operator may send from the Temporal UI or CLI; the sender is noted as unverified. */
export const takeOver = defineSignal('takeOver');
export const handBack = defineSignal('handBack');
/** Without an argument: for good. */
export const pause = defineSignal<[{ untilMs?: number }?]>('pause');
export const resume = defineSignal('resume');
export const skipFollowUp = defineSignal('skipFollowUp');

/** State of the conversation as the workflow last saw it; the truth stands in Postgres. */
export const conversationView = defineQuery<ConversationView | null>('conversationView');
