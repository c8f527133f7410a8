import type { RouteInput, RouteVerdict } from '../../domain/route/route.input';
import { noteConsent, readStopOfTurn } from '../../store/consent.store';
import { readNewestOf, readWish } from '../../store/message.store';
import { recallAutomated } from '../../store/owner.store';
import type { PlannedSend } from '../../store/planned-send.store';
import { askAbout } from '../../store/question.store';
import { planAnswer } from './plan-answer';
import type { RouteScene } from './route-scene';

/** How the buyer's wish stands to a turn: what the turn itself says was noted already when its messages came. */
export async function optOutOf(scene: RouteScene): Promise<Pick<RouteInput, 'optedOut' | 'stopNoted'>> {
  const { client, conversation, turn } = scene;
  const noted = await readStopOfTurn(client, { buyerId: conversation.buyerId, turnId: turn.id });
  return {
    optedOut: noted?.wasOptedOut ?? conversation.isOptedOut,
    stopNoted: noted !== null,
  };
}

/** Nothing more is sent, except once the policy's confirmation; a person is told. */
export async function obeyOptOut(
  scene: RouteScene,
  verdict: RouteVerdict,
  decisionId: number,
): Promise<PlannedSend | null> {
  const { client, conversation } = scene;
  if (verdict.inputs.stopNoted !== true) await noteWish(scene, 'stop', verdict.inputs.turn.code);
  await recallAutomated(client, conversation.id, 'stop.opt_out');
  const atMs = await readNewestOf(client, scene.turn.id);
  await askAbout(client, { conversationId: conversation.id, reasonCode: 'stop.opt_out', atMs });
  return await confirmOptOut(scene, decisionId);
}

/** The buyer wants to be written to again: from now on the turn is routed as any other. */
export async function obeyOptIn(scene: RouteScene): Promise<void> {
  await noteWish(scene, 'resume', 'stop.taken_back');
}

/** The message that says it is the evidence; the last one of the turn, where several do. */
async function noteWish(scene: RouteScene, value: 'stop' | 'resume', reasonCode: string): Promise<void> {
  const { client, conversation, turn } = scene;
  const said = await readWish(client, turn.id, value === 'stop' ? 'opt_out' : 'opt_in');
  await noteConsent(client, {
    buyerId: conversation.buyerId,
    value,
    reasonCode,
    occurredAtMs: said?.sentAtMs ?? conversation.nowMs,
    evidence: { source: 'message', messageId: said?.id ?? turn.triggerMessageId },
  });
}

async function confirmOptOut(scene: RouteScene, decisionId: number): Promise<PlannedSend | null> {
  const { conversation, turn, active } = scene;
  const confirmation = active.policy.routing.opt_out?.confirmation;
  const isOurs = conversation.owner === 'automation' || conversation.owner === 'unassigned';
  if (confirmation === undefined || !isOurs || conversation.mode === 'draft') return null;
  return await planAnswer(scene, {
    key: `opt_out:${turn.triggerMessageId}`,
    kind: 'opt_out_confirmation',
    status: 'planned',
    text: confirmation.text,
    expectsAnswer: false,
    epoch: conversation.epoch,
    decisionId,
  });
}
