import type { Database } from '../../platform/database';
import type { LockedConversation } from '../../store/conversation.store';
import { enqueueContactAndLog } from '../../store/crm-outbox.store';
import { recordGrounded } from '../../store/grounded-decision.store';

/** Notes that contact and episode log must follow in HubSpot, in the transaction of the fact and naming its decision. */
export async function enqueueMirror(
  client: Database,
  mirror: {
    readonly conversation: LockedConversation;
    readonly episodeId: string;
    readonly decisionId: number;
    readonly debounceSeconds: number;
  },
): Promise<void> {
  const { conversation, episodeId, decisionId } = mirror;
  await enqueueContactAndLog(client, {
    buyerId: conversation.buyerId,
    episodeId,
    conversationId: conversation.id,
    decisionId,
    logNotBeforeMs: conversation.nowMs + mirror.debounceSeconds * 1000,
  });
}

/** Records the decision to close an episode, and mirrors it. */
export async function recordEpisodeClose(
  client: Database,
  close: {
    readonly conversation: LockedConversation;
    readonly episodeId: string;
    readonly lastActivityAtMs: number;
    readonly idleLimitMs: number;
    readonly policyVersionId: number;
  },
): Promise<void> {
  const { conversation, episodeId } = close;
  const { id } = await recordGrounded(client, {
    key: `episode-close:${episodeId}`,
    conversationId: conversation.id,
    buyerId: conversation.buyerId,
    episodeId,
    kind: 'episode',
    verdict: 'close',
    reasonCode: 'episode.idle_close',
    reasons: [{ code: 'episode.idle_close' }],
    inputs: {
      lastActivityAtMs: close.lastActivityAtMs,
      idleLimitMs: close.idleLimitMs,
      nowMs: conversation.nowMs,
    },
    runnerUp: { verdict: 'continue', reasonCode: 'episode.active' },
    flip: `idle_limit_ms>=${conversation.nowMs - close.lastActivityAtMs}`,
    parameterVersion: 'rules-1',
    policyVersionId: close.policyVersionId,
  });
  await enqueueMirror(client, {
    conversation,
    episodeId,
    decisionId: id,
    debounceSeconds: 0,
  });
}
