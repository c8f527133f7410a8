import { decideEpisode } from '../../domain/episode/episode.decide';
import { ANSWERS_NOTHING } from '../../domain/send/gate.decide';
import { AUTOMATED_SENDS } from '../../domain/vocabulary';
import type { Database } from '../../platform/database';
import type { LockedConversation } from '../../store/conversation.store';
import { recordDecision } from '../../store/decision.store';
import { openEpisode, readNewestEpisode, touchEpisode } from '../../store/episode.store';
import type { NewestEpisode } from '../../store/episode.store';
import { endFollowUps } from '../../store/follow-up.store';
import { joinSaidSince, setEpisode } from '../../store/message.store';
import type { WaitingMessage } from '../../store/message.store';
import type { ActivePolicy } from '../../store/policy.store';
import { recallSends } from '../../store/send-queue.store';
import { openTurn, takeUnanswered } from '../../store/turn.store';
import { recordEpisodeClose } from './mirror';

/**
 * Gives every waiting message its episode, each by a recorded verdict, ends what their silence had planned, and begins the
 * turn. An answer that has not left yet is recalled: what it was to answer belongs to this turn.
 */
export async function beginTurn(
  client: Database,
  scene: { readonly conversation: LockedConversation; readonly active: ActivePolicy },
  messages: readonly [WaitingMessage, ...WaitingMessage[]],
): Promise<string> {
  const { conversation } = scene;
  const [trigger] = messages;
  let episode = await readNewestEpisode(client, conversation.id);
  for (const message of messages) episode = await placeMessage(client, { ...scene, episode, message });
  await endFollowUps(client, conversation.id, 'reply.received');
  const recalled = await recallSends(client, conversation.id, {
    kinds: AUTOMATED_SENDS.filter((kind) => !ANSWERS_NOTHING.has(kind)),
    reasonCode: 'gate.newer_message',
  });
  const turnId = await openTurn(client, {
    conversationId: conversation.id,
    episodeId: episode?.id ?? '',
    messageIds: messages.map((message) => message.id),
    triggerMessageId: trigger.id,
  });
  await takeUnanswered(client, { turnId, recalledSendIds: recalled });
  return turnId;
}

type MessagePlace = {
  readonly conversation: LockedConversation;
  readonly active: ActivePolicy;
  readonly episode: NewestEpisode | null;
  readonly message: WaitingMessage;
};

async function placeMessage(client: Database, place: MessagePlace): Promise<NewestEpisode> {
  const { conversation, active, message } = place;
  const idleLimitMs = active.policy.episode.idle_limit_seconds * 1000;
  const verdict = decideEpisode({
    messageAtMs: message.sentAtMs,
    current: place.episode,
    quoted: message.quotedEpisodeId === null ? null : { episodeId: message.quotedEpisodeId },
    idleLimitMs,
  });
  const opensEpisode = verdict.verdict === 'open' || place.episode === null;
  const episode = opensEpisode ? await openFor(client, place, idleLimitMs) : place.episode;
  if (verdict.verdict === 'open' && place.episode?.closedAtMs === null)
    await recordEpisodeClose(client, {
      conversation,
      episodeId: place.episode.id,
      lastActivityAtMs: place.episode.lastActivityAtMs,
      idleLimitMs,
      policyVersionId: active.id,
    });
  await recordDecision(client, {
    ...verdict,
    key: `episode:${conversation.id}:${message.id}`,
    conversationId: conversation.id,
    episodeId: episode.id,
    turnId: null,
    ruleName: null,
    policyVersionId: active.id,
    identityLinkId: null,
    contextSnapshotId: null,
  });
  await setEpisode(client, message.id, episode.id);
  await touchEpisode(client, { episodeId: episode.id, atMs: message.sentAtMs, isInbound: true });
  return { ...episode, lastActivityAtMs: Math.max(episode.lastActivityAtMs, message.sentAtMs) };
}

/** A new episode begins with the buyer's message, or with what was said to the buyer within the idle limit before it. */
async function openFor(client: Database, place: MessagePlace, idleLimitMs: number): Promise<NewestEpisode> {
  const { conversation, message, episode: previous } = place;
  const conversationId = conversation.id;
  const opened = await openEpisode(client, { conversationId, previous, atMs: message.sentAtMs });
  await joinSaidSince(client, {
    conversationId,
    episodeId: opened.id,
    sinceMs: message.sentAtMs - idleLimitMs,
  });
  return opened;
}
