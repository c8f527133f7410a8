import { conversationStatus } from '../../domain/conversation/conversation.state';
import type { ConversationView } from '../../domain/conversation/conversation.state';
import type { Policy } from '../../domain/policy/policy';
import type { ReplyModel } from '../../domain/wait/reply-model';
import { PAUSED_FOR_GOOD_MS, ownerKind } from '../../domain/vocabulary';
import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { lockConversation, setNextAction } from '../../store/conversation.store';
import type { LockedConversation } from '../../store/conversation.store';
import { readNewestReason } from '../../store/decision.store';
import { closeEpisode, readNewestEpisode } from '../../store/episode.store';
import type { NewestEpisode } from '../../store/episode.store';
import { isSilenceJudged, readPlannedFollowUp } from '../../store/follow-up.store';
import { readLastSaid, readWaitingMessages } from '../../store/message.store';
import type { WaitingMessage } from '../../store/message.store';
import { requireActivePolicy } from '../../store/policy.store';
import type { ActivePolicy } from '../../store/policy.store';
import { readNextSend } from '../../store/send-queue.store';
import type { NextSend } from '../../store/send-queue.store';
import { findOpenTurn } from '../../store/turn.store';
import { updateWaits } from '../../store/wait.store';
import { permanent } from '../failures';
import { beginTurn } from './begin-turn';
import { handBackAt, handBackForIdleness } from './hand-back';
import { recordEpisodeClose } from './mirror';
import { placeSaid } from './place-said';
import type { NextStep } from './step';

const DAY_MS = 86_400_000;
const SLEEP_MAX_MS = 30 * DAY_MS;

type WaitingMessages = readonly [WaitingMessage, ...WaitingMessage[]];

type Scene = {
  readonly client: Database;
  readonly conversation: LockedConversation;
  readonly active: ActivePolicy;
  readonly waitHorizonAtMs: number | null;
  /** The send that is due first. */
  readonly send: NextSend | null;
};

/**
 * Reads from Postgres what the conversation has to do next, most urgent first: what is ready to leave, the turn begun
 * or due, the follow-up due; else what to wait for. Also brings waits, episodes and the owner up to date. Idempotent.
 */
export async function chooseNextStep(
  database: TransactionalDatabase,
  model: ReplyModel,
  conversationId: string,
): Promise<NextStep> {
  const choice = await inTransaction(database, async (client) => {
    const conversation = await lockConversation(client, conversationId);
    if (conversation === null) throw permanent('row-missing', 'conversation');
    // Joined with an older conversation, whose workflow goes on with everything.
    if (conversation.id !== conversationId) return { kind: 'complete' as const };
    const active = await requireActivePolicy(client);
    const handBackAtMs = handBackAt(conversation, active.policy.human);
    if (handBackAtMs !== null && handBackAtMs <= conversation.nowMs)
      return { kind: 'hand-back' as const, conversation };
    const waitHorizonAtMs = await updateWaits(client, conversationId, { model, nowMs: conversation.nowMs });
    const send = await readNextSend(client, conversationId);
    const scene: Scene = { client, conversation, active, waitHorizonAtMs, send };
    return (await chooseReady(scene)) ?? (await chooseDue(scene));
  });
  if (choice.kind !== 'hand-back') return choice;
  await handBackForIdleness(database, choice.conversation);
  return await chooseNextStep(database, model, conversationId);
}

/** What can be done at once, because somebody waits for it. */
async function chooseReady(scene: Scene): Promise<NextStep | null> {
  const { client, conversation, send } = scene;
  if (send !== null && isDue(send, conversation)) return { kind: 'deliver', sendId: send.id };
  const open = await findOpenTurn(client, conversation.id);
  if (open !== null) return { kind: 'turn', turnId: open.id, hasMedia: open.hasMedia };
  const [first, ...others] = await readWaitingMessages(client, conversation.id);
  return first === undefined ? null : await takeUp(scene, [first, ...others]);
}

/** What was planned and is due now; else what to wait for. */
async function chooseDue(scene: Scene): Promise<NextStep> {
  const { client, conversation } = scene;
  const hasEpisode = await placeSaid(client, scene);
  const followUp = await readPlannedFollowUp(client, conversation.id);
  if (followUp !== null && isDue(followUp, conversation))
    return { kind: 'follow-up', followUpId: followUp.id };
  const said = await readLastSaid(client, conversation.id);
  // Silence is judged once for each message, and only within an episode: without one nothing was said to anybody by us.
  if (hasEpisode && said.lastMessageId !== null && !(await isSilenceJudged(client, said.lastMessageId)))
    return { kind: 'plan-follow-up', messageId: said.lastMessageId };
  return await settleDown(scene, {
    lastBy: said.lastBy,
    sendDueAtMs: scene.send?.dueAtMs ?? null,
    followUpDueAtMs: followUp?.dueAtMs ?? null,
  });
}

function isDue(planned: { readonly dueAtMs: number }, conversation: LockedConversation): boolean {
  return planned.dueAtMs <= conversation.nowMs;
}

/** Begins a turn, or waits until the buyer has stopped writing. */
async function takeUp(scene: Scene, messages: WaitingMessages): Promise<NextStep> {
  const untilMs = quietUntil(messages, scene.active.policy.turn);
  if (untilMs > scene.conversation.nowMs) return { kind: 'quiet-gap', untilMs };
  const turnId = await beginTurn(scene.client, scene, messages);
  return { kind: 'turn', turnId, hasMedia: messages.some((message) => message.hasMedia) };
}

/** The end of the quiet gap: after the last message, at most so long after the first; a backlog has none. */
function quietUntil(messages: WaitingMessages, turn: Policy['turn']): number {
  const fresh = messages.filter(
    (message) => message.capturedAtMs - message.sentAtMs <= turn.backlog_after_ms,
  );
  const [first] = messages;
  const last = fresh.at(-1);
  if (last === undefined) return 0;
  return Math.min(last.capturedAtMs + turn.quiet_gap_ms, first.capturedAtMs + turn.quiet_gap_max_ms);
}

type Due = {
  readonly sendDueAtMs: number | null;
  readonly followUpDueAtMs: number | null;
  readonly lastBy: 'buyer' | 'us' | null;
};

/** Nothing to do now: closes an episode that has been idle for long enough, and says when to look again. */
async function settleDown(scene: Scene, due: Due): Promise<NextStep> {
  const { client, conversation, active } = scene;
  const episode = await readNewestEpisode(client, conversation.id);
  const hasClosedEpisode = await closeIfIdle(scene, episode, due);
  const isOpen = episode?.closedAtMs === null && !hasClosedEpisode;
  const completeAtMs = conversation.lastActivityAtMs + active.policy.episode.complete_after_days * DAY_MS;
  const next = nextAction(scene, due);
  await setNextAction(client, conversation.id, next);
  const moments = [
    next?.atMs,
    handBackAt(conversation, active.policy.human),
    scene.waitHorizonAtMs,
    isOpen ? idleAtMs(scene, episode) : null,
    completeAtMs,
  ].filter((atMs): atMs is number => typeof atMs === 'number' && atMs > conversation.nowMs);
  if (moments.length === 0 && !isOpen && next === null) return { kind: 'complete' };
  const reasonCode = conversation.reasonCode ?? (await readNewestReason(client, conversation.id));
  const view = viewOf(scene, {
    isOpen: isOpen && episode.outcome === null,
    next,
    lastBy: due.lastBy,
    reasonCode,
  });
  // Bounded, so that no mistake of a moment can make a conversation sleep for good.
  return {
    kind: 'wait',
    wakeAtMs: Math.min(...moments, conversation.nowMs + SLEEP_MAX_MS),
    view,
    hasClosedEpisode,
  };
}

function nextAction(scene: Scene, due: Due): { kind: string; atMs: number } | null {
  const candidates = [
    { kind: scene.send?.actionKind ?? 'send', atMs: due.sendDueAtMs },
    { kind: 'follow_up', atMs: due.followUpDueAtMs },
    { kind: 'resume', atMs: scene.conversation.pausedUntilMs },
  ].filter(
    (one): one is { kind: string; atMs: number } => one.atMs !== null && one.atMs > scene.conversation.nowMs,
  );
  const soonest = candidates.sort((a, b) => a.atMs - b.atMs)[0] ?? null;
  return soonest?.atMs === PAUSED_FOR_GOOD_MS ? null : soonest;
}

function idleAtMs(scene: Scene, episode: NewestEpisode | null): number | null {
  if (episode === null) return null;
  return episode.lastActivityAtMs + scene.active.policy.episode.idle_limit_seconds * 1000 + 1;
}

/** An episode with a follow-up or a send still planned is not idle. */
async function closeIfIdle(scene: Scene, episode: NewestEpisode | null, due: Due): Promise<boolean> {
  const idleAt = idleAtMs(scene, episode);
  if (episode === null || idleAt === null || episode.closedAtMs !== null) return false;
  if (scene.conversation.nowMs < idleAt || due.followUpDueAtMs !== null || due.sendDueAtMs !== null)
    return false;
  await closeEpisode(scene.client, { episodeId: episode.id, reason: 'idle', outcome: 'idle' });
  await recordEpisodeClose(scene.client, {
    conversation: scene.conversation,
    episodeId: episode.id,
    lastActivityAtMs: episode.lastActivityAtMs,
    idleLimitMs: scene.active.policy.episode.idle_limit_seconds * 1000,
    policyVersionId: scene.active.id,
  });
  return true;
}

function viewOf(
  scene: Scene,
  facts: {
    readonly isOpen: boolean;
    readonly next: { kind: string; atMs: number } | null;
    readonly lastBy: 'buyer' | 'us' | null;
    readonly reasonCode: string | null;
  },
): ConversationView {
  const { conversation } = scene;
  return {
    status: conversationStatus({
      needsHuman: conversation.needsHuman,
      hasOpenEpisode: facts.isOpen,
      lastMessageBy: facts.lastBy,
    }),
    ownerKind: ownerKind(conversation.owner),
    numberId: conversation.phoneNumberId,
    needsHuman: conversation.needsHuman,
    isPaused: conversation.pausedUntilMs !== null && conversation.pausedUntilMs > conversation.nowMs,
    nextActionKind: facts.next?.kind ?? null,
    nextActionAtMs: facts.next?.atMs ?? null,
    reasonCode: facts.reasonCode,
  };
}
