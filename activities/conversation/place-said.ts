import { RULES_VERSION } from '../../domain/vocabulary';
import type { Database } from '../../platform/database';
import type { LockedConversation } from '../../store/conversation.store';
import { recordDecision } from '../../store/decision.store';
import { openEpisode, readNewestEpisode, touchEpisode } from '../../store/episode.store';
import { joinSaidSince, readSaidOutside } from '../../store/message.store';
import type { ActivePolicy } from '../../store/policy.store';
import { enqueueMirror } from './mirror';

/**
 * Opens an episode for what was said to the buyer where none was open, as whoever writes first does, so that HubSpot shows
 * it although nobody may ever answer. The answer continues it. Idempotent. Tells whether the conversation has an episode.
 */
export async function placeSaid(
  client: Database,
  scene: { readonly conversation: LockedConversation; readonly active: ActivePolicy },
): Promise<boolean> {
  const { conversation, active } = scene;
  const previous = await readNewestEpisode(client, conversation.id);
  if (previous !== null && previous.closedAtMs === null) return true;
  const sinceMs = previous?.lastActivityAtMs ?? null;
  const said = await readSaidOutside(client, { conversationId: conversation.id, sinceMs });
  if (said === null) return previous !== null;
  const { firstAtMs, lastAtMs } = said;
  const opened = await openEpisode(client, { conversationId: conversation.id, previous, atMs: firstAtMs });
  const place = { conversationId: conversation.id, episodeId: opened.id };
  await joinSaidSince(client, { ...place, sinceMs: firstAtMs });
  await touchEpisode(client, { episodeId: opened.id, atMs: lastAtMs, isInbound: false });
  const { id } = await recordDecision(client, {
    key: `episode:${conversation.id}:${said.messageId}`,
    ...place,
    turnId: null,
    kind: 'episode',
    verdict: 'open',
    reasonCode: 'episode.said_first',
    reasons: [{ code: 'episode.said_first' }],
    inputs: { messageAtMs: firstAtMs, current: previous },
    runnerUp: null,
    flip: null,
    ruleName: null,
    parameterVersion: RULES_VERSION,
    policyVersionId: active.id,
    identityLinkId: null,
    contextSnapshotId: null,
  });
  const debounceSeconds = active.policy.crm.debounce_seconds;
  await enqueueMirror(client, { conversation, episodeId: opened.id, decisionId: id, debounceSeconds });
  return true;
}
