import { decideFollowUp } from '../../domain/follow-up/follow-up.decide';
import type { FollowUpVerdict } from '../../domain/follow-up/follow-up.input';
import { holdMs } from '../../domain/policy/policy';
import type { MessageBody } from '../../domain/send/outgoing-message';
import type { TemplateJudgement } from '../../domain/template/template.judge';
import { deferredUntil } from '../../domain/understanding/deferral';
import { inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { findConversationOf, lockConversation } from '../../store/conversation.store';
import type { LockedConversation } from '../../store/conversation.store';
import { readNewestEpisode } from '../../store/episode.store';
import type { NewestEpisode } from '../../store/episode.store';
import {
  endFollowUps,
  insertFollowUp,
  isSilenceJudged,
  readPlannedFollowUp,
  settleFollowUp,
} from '../../store/follow-up.store';
import { readLastSaid } from '../../store/message.store';
import type { LastSaid } from '../../store/message.store';
import { requireActivePolicy } from '../../store/policy.store';
import type { ActivePolicy } from '../../store/policy.store';
import { askHuman } from '../../store/question.store';
import { planSend } from '../../store/planned-send.store';
import { permanent } from '../failures';
import { recordGrounded } from '../../store/grounded-decision.store';
import { followUpContent, judgeFollowUpTemplate } from './follow-up-content';
import { enqueueMirror } from './mirror';
import { placeholderValues } from './placeholder-values';

type Scene = {
  readonly client: Database;
  readonly conversation: LockedConversation;
  readonly active: ActivePolicy;
  readonly episode: NewestEpisode;
  readonly said: LastSaid;
};

/**
 * Plans what the silence after a message leads to, or records why nothing follows; once per message. Something said
 * meanwhile has a silence of its own, which the next look finds.
 */
export async function planFollowUp(
  database: TransactionalDatabase,
  after: { readonly conversationId: string; readonly messageId: string },
): Promise<void> {
  await inTransaction(database, async (client) => {
    const { messageId } = after;
    const scene = await readScene(client, after.conversationId);
    if (scene?.said.lastMessageId !== messageId) return;
    const conversationId = scene.conversation.id;
    if (await isSilenceJudged(client, messageId)) return;
    // What was planned after an earlier message of ours waits for the newer one instead.
    await endFollowUps(client, conversationId, 'follow_up.superseded');
    const verdict = decide(scene, 'plan');
    const key = `follow_up:${messageId}:${verdict.attempt}`;
    const { decisionId } = await record(scene, key, verdict);
    if (verdict.verdict === 'ask_human') await askHuman(client, conversationId, verdict.reasonCode);
    await insertFollowUp(client, {
      conversationId,
      episodeId: scene.episode.id,
      afterMessageId: messageId,
      attempt: verdict.attempt,
      status: verdict.verdict === 'plan' ? 'planned' : 'skipped',
      dueAtMs: verdict.dueAtMs,
      reasonCode: verdict.reasonCode,
      decisionId,
    });
    await mirrorVerdict(scene, decisionId);
  });
}

/** Decides again, from fresh facts, when a follow-up is due: it goes out, is put off, or is dropped. */
export async function judgeFollowUp(database: TransactionalDatabase, followUpId: string): Promise<void> {
  await inTransaction(database, async (client) => {
    const conversationId = await findConversationOf(client, 'follow_up', followUpId);
    const scene = conversationId === null ? null : await readScene(client, conversationId);
    if (scene === null) throw permanent('row-missing', 'follow_up');
    const planned = await readPlannedFollowUp(client, scene.conversation.id);
    if (planned?.id !== followUpId) return;
    await settle(scene, planned, decide(scene, 'due'));
  });
}

/** Writes down what was decided about a due follow-up, and plans its send. */
async function settle(
  scene: Scene,
  planned: { readonly id: string; readonly dueAtMs: number },
  verdict: FollowUpVerdict,
): Promise<void> {
  const { client, conversation } = scene;
  const { policy } = scene.active;
  const judgement = await judgeFollowUpTemplate(client, conversation, { verdict, policy });
  const key = `follow_up_due:${planned.id}:${planned.dueAtMs}`;
  const { decisionId, values } = await record(scene, key, { ...verdict, template: judgement });
  const content = verdict.verdict === 'send' ? followUpContent({ verdict, policy }, judgement, values) : null;
  const sendId =
    content?.kind === 'ready'
      ? await plan(scene, { decisionId, followUpId: planned.id, verdict, ...content })
      : null;
  const question = questionFor(verdict, judgement);
  if (question !== null) await askHuman(client, conversation.id, question);
  await settleFollowUp(client, {
    id: planned.id,
    status: statusAfter(verdict, sendId),
    reasonCode: content?.kind === 'unusable' ? content.reasonCode : verdict.reasonCode,
    decisionId,
    dueAtMs: verdict.verdict === 'plan' ? verdict.dueAtMs : null,
    sendId,
  });
  await mirrorVerdict(scene, decisionId);
}

/** Why a person must decide: free text is too late, or only they can choose another template; null = nobody must. */
function questionFor(verdict: FollowUpVerdict, judgement: TemplateJudgement | null): string | null {
  if (judgement?.kind === 'refuse') return judgement.reasonCode;
  return verdict.verdict === 'ask_human' ? verdict.reasonCode : null;
}

function statusAfter(verdict: FollowUpVerdict, sendId: string | null): 'planned' | 'sent' | 'skipped' {
  if (verdict.verdict === 'plan') return 'planned';
  return sendId === null ? 'skipped' : 'sent';
}

async function readScene(client: Database, conversationId: string): Promise<Scene | null> {
  const conversation = await lockConversation(client, conversationId);
  const episode = conversation === null ? null : await readNewestEpisode(client, conversation.id);
  if (conversation === null || episode === null) return null;
  const active = await requireActivePolicy(client);
  return { client, conversation, active, episode, said: await readLastSaid(client, conversation.id) };
}

function decide(scene: Scene, phase: 'plan' | 'due'): FollowUpVerdict {
  const { conversation, episode, said, active } = scene;
  const { pausedUntilMs, nowMs } = conversation;
  return decideFollowUp({
    phase,
    nowMs,
    optedOut: conversation.isOptedOut,
    neverAutomate: conversation.isNeverAutomated,
    owner: conversation.owner,
    paused: pausedUntilMs !== null && nowMs < pausedUntilMs,
    episode: {
      closed: episode.closedAtMs !== null,
      // An episode that is open has an outcome only until somebody writes again.
      outcome: episode.closedAtMs === null ? null : episode.outcome,
    },
    lastMessageBy: said.lastBy ?? 'us',
    lastInboundMeaning: said.lastInboundMeaning,
    ourLast:
      said.ourLast === null
        ? null
        : {
            sentAtMs: said.ourLast.sentAtMs,
            expectsAnswer: said.ourLast.expectsAnswer,
            status: said.ourLast.status ?? 'sent',
            receiptsKnown: said.receiptsKnown,
          },
    attemptsSinceInbound: said.followUpsSinceInbound,
    lastGapMs: said.ourLastGapMs,
    deferredUntilMs:
      said.lastInboundAtMs === null ? null : deferredUntil(said.lastInboundEvidence, said.lastInboundAtMs),
    lastInboundAtMs: said.lastInboundAtMs,
    windowClosesAtMs: said.windowClosesAtMs,
    followUp: active.policy.follow_up,
    overrideRule: conversation.followUpRule,
  });
}

type Recorded = { readonly decisionId: number; readonly values: Record<string, string> };

/** Records the verdict with its grounds; also gives what these grounds say for the placeholders of a text. */
async function record(
  scene: Scene,
  key: string,
  verdict: FollowUpVerdict & { readonly template?: TemplateJudgement | null },
): Promise<Recorded> {
  const { client, conversation, episode, active, said } = scene;
  const { id, link, facts } = await recordGrounded(client, {
    ...verdict,
    key,
    conversationId: conversation.id,
    buyerId: conversation.buyerId,
    episodeId: episode.id,
    said,
    inputs: { ...verdict.inputs, followUp: undefined },
    details: {
      attempt: verdict.attempt,
      due_at_ms: verdict.dueAtMs,
      ...templateDetails(verdict.template ?? null),
    },
    policyVersionId: active.id,
  });
  const { displayName } = conversation;
  return {
    decisionId: id,
    values: placeholderValues({ facts, identityStatus: link.status, displayName }),
  };
}

async function mirrorVerdict(scene: Scene, decisionId: number): Promise<void> {
  await enqueueMirror(scene.client, {
    conversation: scene.conversation,
    episodeId: scene.episode.id,
    decisionId,
    debounceSeconds: scene.active.policy.crm.debounce_seconds,
  });
}

/** In which language a template goes, or why it does not. */
function templateDetails(judgement: TemplateJudgement | null): Record<string, string> {
  if (judgement === null) return {};
  return judgement.kind === 'ok'
    ? { template_language: judgement.language, template_step: judgement.step }
    : { template_refusal: judgement.reasonCode };
}

/** Plans the send of a due follow-up. */
async function plan(
  scene: Scene,
  due: {
    readonly verdict: FollowUpVerdict;
    readonly content: string | MessageBody;
    readonly decisionId: number;
    readonly followUpId: string;
  },
): Promise<string> {
  const { client, conversation, episode, active, said } = scene;
  const send = await planSend(client, {
    key: `follow_up:${due.followUpId}`,
    conversationId: conversation.id,
    episodeId: episode.id,
    kind: 'follow_up',
    status: conversation.mode === 'draft' ? 'draft' : 'planned',
    content: due.content,
    expectsAnswer: true,
    answersMessageId: null,
    epoch: conversation.epoch,
    notAfterMs: due.verdict.byTemplate ? null : said.windowClosesAtMs,
    holdMs: holdMs(active.policy),
    decisionId: due.decisionId,
  });
  return send.id;
}
