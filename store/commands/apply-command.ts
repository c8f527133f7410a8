import { randomUUID } from 'node:crypto';
import type { Database } from '../../platform/database';
import { countSend } from '../budget.store';
import { noteConsent } from '../consent.store';
import type { LockedConversation } from '../conversation.store';
import { setNextAction } from '../conversation.store';
import { enqueueContactAndLog } from '../crm-outbox.store';
import { closeEpisode, openEpisode, readNewestEpisode } from '../episode.store';
import { endFollowUps } from '../follow-up.store';
import { requestLook } from '../look.store';
import { recallSends } from '../send-queue.store';
import { describeControl, describeTemplate } from './command-answer';
import { recordCommandDecision, reasonCodeOf } from './command-decision';
import { decideCommand } from './command.decide';
import { agentOwner, raisesEpoch } from './command.effects';
import { insertCommand } from './command.store';
import type { StoredAnswer } from './command.store';
import type { CommandAnswer, CommandEffects, CommandRequest, ConversationControl } from './command.types';
import { readControl } from './control.store';
import type { CommandGrounds } from './control.store';
import { listClaimedSends, pausedUntilText, writeControl } from './effects.store';
import type { OwnerEffect } from './effects.store';
import { templateProblems } from './template-refusal';
import { changeSend, planSendOf } from './send-effects.store';

const CLOSED_BY_HUMAN = { reason: 'closed_by_human', outcome: 'closed_by_human' } as const;

type Applied = Pick<CommandAnswer, 'recalled' | 'ended_follow_ups' | 'send_id'> & {
  readonly control: ConversationControl;
  readonly claimed: readonly string[];
};

/** Decides an order in the state that the caller's locks hold still and writes all of it; null when the key was taken meanwhile. */
export async function applyCommand(
  client: Database,
  row: LockedConversation,
  request: CommandRequest,
): Promise<StoredAnswer | null> {
  const { control, grounds } = await readControl(client, row, request);
  const verdict = decideCommand(control, { actor: request.actor, nowMs: grounds.nowMs }, request);
  const decisionId = await recordCommandDecision(client, request, { control, grounds, verdict });
  const common = { command_id: randomUUID(), kind: request.kind, decision_id: decisionId };
  if (verdict.kind === 'refused') {
    const problems = templateProblems(control.template);
    const answer: StoredAnswer = {
      ...common,
      outcome: 'refused',
      refusal: verdict.refusal,
      owner: control.owner,
      paused_until: pausedUntilText(control.pausedUntilMs),
      ...(control.targetSend === null ? {} : { send_status: control.targetSend.status }),
      ...(problems.length === 0 ? {} : { template_problems: problems }),
    };
    return (await insertCommand(client, request, answer)) ? answer : null;
  }
  const applied = await applyEffects(client, request, {
    control,
    grounds,
    decisionId,
    effects: verdict.effects,
  });
  const answer: StoredAnswer = {
    ...common,
    outcome: 'done',
    done_at: new Date(grounds.nowMs).toISOString(),
    conversation: describeControl(applied.control),
    send_id: applied.send_id,
    recalled: applied.recalled,
    ended_follow_ups: applied.ended_follow_ups,
    ...describeTemplate(control.template),
    under_way: [],
    left_before: [],
    ...(applied.claimed.length === 0 ? {} : { waits_for: applied.claimed }),
  };
  if (!(await insertCommand(client, request, answer))) return null;
  await enqueueContactAndLog(client, {
    buyerId: control.buyerId,
    episodeId: grounds.openEpisodeId ?? grounds.lastEpisodeId,
    conversationId: control.id,
    decisionId,
  });
  await requestLook(client, control.id);
  if (verdict.effects.changesSend !== undefined) await countSend(client, verdict.effects.changesSend.sendId);
  return answer;
}

type Plan = {
  readonly control: ConversationControl;
  readonly grounds: CommandGrounds;
  readonly decisionId: number;
  readonly effects: CommandEffects;
};

async function applyEffects(client: Database, request: CommandRequest, plan: Plan): Promise<Applied> {
  const { effects } = plan;
  const reasonCode = reasonCodeOf(request);
  await noteWish(client, plan, reasonCode);
  const control = nextControl(plan.control, effects, reasonCode);
  await writeControl(client, control, ownerEffect(request, effects));
  const recalled =
    effects.recalls.length === 0
      ? []
      : await recallSends(client, control.id, { kinds: effects.recalls, reasonCode });
  const ended = effects.endsFollowUps ? await endFollowUps(client, control.id, reasonCode) : [];
  // What automation meant to do next is void until its workflow has looked.
  if (effects.endsFollowUps || recalled.length > 0) await setNextAction(client, control.id, null);
  if (effects.closesEpisode && plan.grounds.openEpisodeId !== null)
    await closeEpisode(client, { episodeId: plan.grounds.openEpisodeId, ...CLOSED_BY_HUMAN });
  const grounds = effects.opensEpisode === true ? await openFor(client, plan) : plan.grounds;
  const sendId = await applyToSends(client, request, { ...plan, control, grounds });
  const isStop = control.epoch > plan.control.epoch || effects.recalls.length > 0;
  const claimed = isStop ? await listClaimedSends(client, control.id) : [];
  return { control, recalled, ended_follow_ups: ended, send_id: sendId, claimed };
}

function ownerEffect(request: CommandRequest, effects: CommandEffects): OwnerEffect {
  if (request.isWordOnPhone === true) return 'phone';
  if (effects.owner === undefined) return 'leaves';
  return request.actor === 'policy' ? 'gives_for_idleness' : 'gives';
}

/** Whoever writes first opens the episode, which the answer continues. */
async function openFor(client: Database, { control, grounds }: Plan): Promise<CommandGrounds> {
  if (grounds.openEpisodeId !== null) return grounds;
  const previous = await readNewestEpisode(client, control.id);
  const opened = await openEpisode(client, { conversationId: control.id, previous, atMs: grounds.nowMs });
  return { ...grounds, openEpisodeId: opened.id };
}

/** Notes what the buyer wants, as the person says. */
async function noteWish(client: Database, plan: Plan, reasonCode: string): Promise<void> {
  const { consent, notesOptIn } = plan.effects;
  const common = {
    buyerId: plan.control.buyerId,
    reasonCode,
    evidence: { source: 'command', decisionId: plan.decisionId },
  } as const;
  if (consent !== undefined)
    await noteConsent(client, { ...common, value: consent, occurredAtMs: plan.grounds.nowMs });
  if (notesOptIn !== undefined)
    await noteConsent(client, {
      ...common,
      value: 'opt_in',
      occurredAtMs: Date.parse(notesOptIn.when),
      details: notesOptIn,
    });
}

/** Changes the send that the order is about, and plans a new one; gives the new one. */
async function applyToSends(client: Database, request: CommandRequest, plan: Plan): Promise<string | null> {
  const { control, grounds, effects } = plan;
  const { changesSend, sends } = effects;
  if (changesSend !== undefined) {
    await changeSend(client, changesSend, { actor: request.actor, reasonCode: reasonCodeOf(request) });
    const isEnded = changesSend.order === 'cancel' || changesSend.order === 'reject';
    if (isEnded) await setNextAction(client, control.id, null);
  }
  if (sends === undefined) return null;
  return await planSendOf(client, sends, {
    key: `human:${request.idempotencyKey}`,
    conversationId: control.id,
    episodeId: grounds.openEpisodeId ?? grounds.lastEpisodeId,
    author: agentOwner(request.actor),
    epoch: control.epoch,
    decisionId: plan.decisionId,
  });
}

function nextControl(
  control: ConversationControl,
  effects: CommandEffects,
  reasonCode: string,
): ConversationControl {
  const isRaised = raisesEpoch(control, effects);
  const needsHuman = effects.needsHuman ?? control.needsHuman;
  // Why a person is needed stays to be read until a person has been found.
  const isReasonNew = needsHuman !== control.needsHuman || (isRaised && !needsHuman);
  return {
    ...control,
    owner: effects.owner ?? control.owner,
    pausedUntilMs: effects.pausedUntilMs === undefined ? control.pausedUntilMs : effects.pausedUntilMs,
    epoch: control.epoch + (isRaised ? 1 : 0),
    routeOverride: effects.routeOverride === undefined ? control.routeOverride : effects.routeOverride,
    followUpRule: effects.followUpRule === undefined ? control.followUpRule : effects.followUpRule,
    needsHuman,
    reasonCode: isReasonNew ? reasonCode : control.reasonCode,
  };
}
