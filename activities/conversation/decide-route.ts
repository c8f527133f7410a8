import { renderText } from '../../domain/route/render';
import { decideRoute as judgeRoute, optsInAgain } from '../../domain/route/route.decide';
import type { RouteVerdict } from '../../domain/route/route.input';
import { toUnderstand } from '../../domain/understanding/said';
import { understandTurn } from '../../domain/understanding/turn.understand';
import type { UnderstoodTurn } from '../../domain/understanding/understood';
import { ownerKind } from '../../domain/vocabulary';
import type { Owner } from '../../domain/vocabulary';
import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { hasAskedOptOut } from '../../store/consent.store';
import { lockConversation } from '../../store/conversation.store';
import type { LockedConversation } from '../../store/conversation.store';
import { groundEpisodeDecisions, recordDecision } from '../../store/decision.store';
import { readNewestOf, readOurLastBefore, readTurnMessages, setMeaning } from '../../store/message.store';
import type { TurnMessage } from '../../store/message.store';
import { changeOwner, leaveToPeople } from '../../store/owner.store';
import { requireActivePolicy } from '../../store/policy.store';
import { askAbout, isAssuranceOwed } from '../../store/question.store';
import { findSendByKey } from '../../store/planned-send.store';
import type { PlannedSend } from '../../store/planned-send.store';
import { setOutcome } from '../../store/episode.store';
import { endTurn, readTurn } from '../../store/turn.store';
import type { Turn } from '../../store/turn.store';
import { permanent } from '../failures';
import { enqueueCrm } from '../../store/crm-outbox.store';
import { readLink } from '../../store/identity-link.store';
import { enqueueMirror } from './mirror';
import { obeyOptIn, obeyOptOut, optOutOf } from './opt-out';
import { planAnswer } from './plan-answer';
import type { RouteScene } from './route-scene';
import { placeholderValues } from './placeholder-values';
import { contextOf } from './reconstruct-context';

/** Where a turn goes: the send that answers it, if automation does. */
export type RouteStep = {
  readonly verdict: string;
  readonly sendId: string | null;
  /** The send is held until then. */
  readonly heldUntilMs?: number;
};

/**
 * Decides who answers a turn and writes everything that follows from it in one transaction: the verdict, the send,
 * the question to a human, the opt-out, the rows for HubSpot. A turn that was decided keeps its first verdict.
 */
export async function decideRoute(database: TransactionalDatabase, turnId: string): Promise<RouteStep> {
  return await inTransaction(database, async (client) => {
    const { turn, conversation } = await lockTurn(client, turnId);
    if (turn.status !== 'open') return toStep(turn.status, await findSendByKey(client, sendKey(turn)));
    const snapshot = await contextOf(client, turn);
    const link = await readLink(client, snapshot.identityLinkId);
    if (link === null) throw permanent('row-missing', 'context');
    const scene: RouteScene = {
      client,
      conversation,
      active: await requireActivePolicy(client),
      turn,
      snapshot,
      link,
    };
    const verdict = withText(scene, await judge(scene));
    const decision = await recordDecision(client, {
      ...verdict,
      key: `route:${turn.id}`,
      conversationId: conversation.id,
      episodeId: turn.episodeId,
      turnId,
      kind: verdict.verdict === 'stop' ? 'stop' : 'route',
      // The policy stands in its own version and is named; the rest of what the verdict rests on is kept here.
      inputs: { ...verdict.inputs, policy: undefined },
      details: { urgency: verdict.urgency, respond_within_ms: verdict.respondWithinMs },
      policyVersionId: scene.active.id,
      identityLinkId: link.id,
      contextSnapshotId: snapshot.id,
    });
    await groundEpisodeDecisions(client, { turnId, identityLinkId: link.id, contextSnapshotId: snapshot.id });
    await setOutcome(
      client,
      turn.episodeId,
      verdict.reasonCode === 'silence.completion' ? 'completed' : null,
    );
    const send = await carryOut(scene, verdict, decision.id);
    await endTurn(client, turnId, 'decided');
    return toStep(verdict.verdict, send);
  });
}

/** Locks the conversation in which a turn stands; it, or what it holds, may go over while the lock is waited for. */
async function lockTurn(
  client: Database,
  turnId: string,
): Promise<{ readonly turn: Turn; readonly conversation: LockedConversation }> {
  for (;;) {
    const { conversationId } = await readTurn(client, turnId);
    const conversation = await lockConversation(client, conversationId);
    if (conversation === null) throw permanent('row-missing', 'conversation');
    const turn = await readTurn(client, turnId);
    if (turn.conversationId === conversation.id) return { turn, conversation };
  }
}

function toStep(verdict: string, send: PlannedSend | null): RouteStep {
  const heldUntilMs = send?.heldUntilMs ?? null;
  return { verdict, sendId: send?.id ?? null, ...(heldUntilMs === null ? {} : { heldUntilMs }) };
}

function sendKey(turn: Turn): string {
  return `reply:${turn.id}`;
}

async function judge(scene: RouteScene): Promise<RouteVerdict> {
  const { client, conversation, snapshot, link, active } = scene;
  const messages = await readTurnMessages(client, scene.turn.id);
  const turn = await understand(scene, messages);
  return judgeRoute({
    turn,
    owner: ownerOfTurn(conversation.owner, messages),
    pausedUntilMs: conversation.pausedUntilMs,
    nowMs: conversation.nowMs,
    ...(await optOutOf(scene)),
    neverAutomate: conversation.isNeverAutomated,
    mode: conversation.mode,
    routeOverride: conversation.routeOverride,
    identity: { status: link.status, confidence: link.confidence },
    context: {
      firstContact: snapshot.facts.isFirstContact,
      hasOpenDeal: snapshot.facts.hasOpenDeal,
      dealStage: snapshot.facts.deal?.stage ?? null,
      inboundSinceOurLast: snapshot.facts.inboundSinceOurLast,
      repeatedQuestion: snapshot.facts.repeatedQuestion,
      windowClosesAtMs: snapshot.facts.windowClosesAtMs,
      optOutAsked: turn.meaning === 'opt_out' && (await hasAskedOptOut(client, scene.turn)),
    },
    policy: active.policy.routing,
  });
}

/** Messages that Meta's agent had are that agent's to answer, also when they reach us after it has given back. */
function ownerOfTurn(owner: Owner, messages: readonly TurnMessage[]): Owner {
  const isWithPerson = owner === 'phone' || ownerKind(owner) === 'agent';
  const isMetas = messages.length > 0 && messages.every((message) => message.isStandby);
  return !isWithPerson && isMetas ? 'meta' : owner;
}

async function understand(scene: RouteScene, messages: readonly TurnMessage[]): Promise<UnderstoodTurn> {
  const ourLast = await readOurLastBefore(scene.client, {
    conversationId: scene.conversation.id,
    messageId: scene.turn.triggerMessageId,
  });
  const understood = understandTurn(messages.map((message) => toUnderstand(message, ourLast)));
  for (const [index, message] of messages.entries()) {
    const one = understood.messages[index];
    if (one !== undefined) await setMeaning(scene.client, message.id, one);
  }
  return understood;
}

type WithText = RouteVerdict & { readonly text: string | null };

/** Fills the text in; one that cannot be filled in goes to a human instead of leaving with a gap. */
function withText(scene: RouteScene, verdict: RouteVerdict): WithText {
  if (verdict.verdict !== 'reply' || verdict.reply === null) return { ...verdict, text: null };
  const rendered = renderText(
    verdict.reply.text,
    placeholderValues({
      facts: scene.snapshot.facts,
      identityStatus: scene.link.status,
      displayName: scene.conversation.displayName,
    }),
  );
  if (rendered.ok) return { ...verdict, text: rendered.text };
  return {
    ...verdict,
    verdict: 'human',
    reasonCode: rendered.reasonCode,
    reasons: [{ code: rendered.reasonCode, detail: rendered.missing.join(' ') }, ...verdict.reasons],
    runnerUp: { verdict: 'reply', reasonCode: verdict.reasonCode },
    reply: null,
    text: null,
  };
}

async function carryOut(
  scene: RouteScene,
  verdict: WithText,
  decisionId: number,
): Promise<PlannedSend | null> {
  await mirror(scene, decisionId);
  if (verdict.reasonCode === 'stop.opt_out') return await obeyOptOut(scene, verdict, decisionId);
  if (verdict.inputs.optedOut && optsInAgain(verdict.inputs.turn)) await obeyOptIn(scene);
  if (verdict.verdict === 'human') return await giveToHuman(scene, verdict.reasonCode, decisionId);
  return verdict.verdict === 'reply' && verdict.text !== null
    ? await planReply(scene, { ...verdict, text: verdict.text }, decisionId)
    : null;
}

async function mirror(scene: RouteScene, decisionId: number): Promise<void> {
  const { client, conversation, turn, active } = scene;
  await enqueueMirror(client, {
    conversation,
    episodeId: turn.episodeId,
    decisionId,
    debounceSeconds: active.policy.crm.debounce_seconds,
  });
  if (scene.link.status === 'unknown')
    await enqueueCrm(client, {
      objectKind: 'identity',
      objectKey: conversation.buyerId,
      conversationId: conversation.id,
      decisionId,
    });
}

async function planReply(
  scene: RouteScene,
  verdict: RouteVerdict & { readonly text: string },
  decisionId: number,
): Promise<PlannedSend | null> {
  const { conversation, turn } = scene;
  const send = await planAnswer(scene, {
    key: sendKey(turn),
    kind: verdict.reasonCode === 'route.opt_out_question' ? 'opt_out_question' : 'reply',
    status: conversation.mode === 'draft' ? 'draft' : 'planned',
    text: verdict.text,
    expectsAnswer: verdict.reply?.expectsAnswer ?? false,
    epoch: conversation.epoch,
    decisionId,
  });
  return conversation.mode === 'draft' ? null : send;
}

/** What automation does not answer waits for a human: nobody owns it until somebody takes over. */
async function giveToHuman(
  scene: RouteScene,
  reasonCode: string,
  decisionId: number,
): Promise<PlannedSend | null> {
  const { client, conversation } = scene;
  if (conversation.owner !== 'automation' || reasonCode === 'route.paused') {
    const atMs = await readNewestOf(client, scene.turn.id);
    await askAbout(client, { conversationId: conversation.id, reasonCode, atMs });
    const isOwed = conversation.owner === 'unassigned' && (await isAssuranceOwed(client, conversation));
    return isOwed ? await assure(scene, { decisionId, epoch: conversation.epoch }) : null;
  }
  const atMs = (await readNewestOf(client, scene.turn.id)) ?? conversation.nowMs;
  await leaveToPeople(client, { conversationId: conversation.id, reasonCode, atMs });
  // The change of owner has just raised it.
  return await assure(scene, { decisionId, epoch: conversation.epoch + 1 });
}

/** The policy's "somebody will be with you": once for each time that a conversation begins to wait for a human. */
async function assure(
  scene: RouteScene,
  based: { readonly decisionId: number; readonly epoch: number },
): Promise<PlannedSend | null> {
  const { conversation, turn, active } = scene;
  const { assurance } = active.policy.routing;
  if (assurance === undefined || conversation.mode === 'draft') return null;
  return await planAnswer(scene, {
    key: `assurance:${turn.id}`,
    kind: 'assurance',
    status: 'planned',
    text: assurance.text,
    expectsAnswer: false,
    ...based,
  });
}

/** A defect held the turn up: it is left to a human, with the reason, so that the conversation goes on. */
export async function parkTurn(
  database: TransactionalDatabase,
  parked: { readonly turnId: string; readonly reasonCode: string },
): Promise<void> {
  await inTransaction(database, async (client) => {
    const { turn, conversation } = await lockTurn(client, parked.turnId);
    if (turn.status !== 'open') return;
    const { reasonCode } = parked;
    const atMs = (await readNewestOf(client, turn.id)) ?? conversation.nowMs;
    const { id: conversationId, owner } = conversation;
    if (owner === 'automation') await leaveToPeople(client, { conversationId, reasonCode, atMs });
    else await changeOwner(client, { conversationId, owner, reasonCode });
    await askAbout(client, { conversationId, reasonCode, atMs });
    await endTurn(client, parked.turnId, 'parked');
  });
}
