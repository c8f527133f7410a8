import { holdMs } from '../../domain/policy/policy';
import { setNextAction } from '../../store/conversation.store';
import { planSend } from '../../store/planned-send.store';
import type { NewSend, PlannedSend } from '../../store/planned-send.store';
import type { RouteScene } from './route-scene';

type Answer = Pick<NewSend, 'key' | 'kind' | 'status' | 'expectsAnswer' | 'epoch' | 'decisionId'> & {
  readonly text: string;
};

/** Plans a message to the turn; while it is held, it is what happens next in the conversation. */
export async function planAnswer(scene: RouteScene, answer: Answer): Promise<PlannedSend> {
  const { client, conversation, turn, active } = scene;
  const { text, ...rest } = answer;
  const send = await planSend(client, {
    ...rest,
    content: text,
    conversationId: conversation.id,
    episodeId: turn.episodeId,
    answersMessageId: turn.triggerMessageId,
    notAfterMs: null,
    holdMs: holdMs(active.policy),
  });
  if (send.heldUntilMs !== null)
    await setNextAction(client, conversation.id, { kind: 'held_send', atMs: send.heldUntilMs });
  return send;
}
