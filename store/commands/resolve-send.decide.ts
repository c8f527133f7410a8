import { applyOrder } from '../../domain/send/send.state';
import { done, isOwnedByOtherAgent, isWindowOpen, leavesBuyerWaiting, refused } from './command.effects';
import type {
  ArgumentsOf,
  CommandEffects,
  CommandMoment,
  CommandVerdict,
  ConversationControl,
  TargetSend,
} from './command.types';

/**
 * A person decides about a message of which nobody knows whether it left. Sent again, it is a
 * new attempt of their own, which spares a conversation that another agent has.
 */
export function decideResolveSend(
  control: ConversationControl,
  moment: CommandMoment,
  given: ArgumentsOf<'resolve_send'>,
): CommandVerdict {
  const send = control.targetSend;
  if (send === null) return refused('send_not_found');
  if (applyOrder(send.status, given.verdict) === null) return refused('send_not_unconfirmed');
  const answersQuestion = {
    ...withdrawsQuestion(control, send),
    changesSend: { sendId: send.id, order: given.verdict },
  };
  if (given.verdict === 'it_left') return done(answersQuestion);
  if (given.sendAgain !== true) return done({ ...answersQuestion, ...leavesBuyerWaiting(send) });
  if (isOwnedByOtherAgent(control, moment.actor) && given.force !== true)
    return refused('owned_by_other_agent', 'force=true');
  if (control.isOptedOut) return refused('buyer_opted_out');
  if (send.type !== 'template' && !isWindowOpen(control, moment))
    return refused('outside_window', `window_closes_at_ms>${moment.nowMs}`);
  return done({
    ...answersQuestion,
    sends: {
      body: null,
      expectsAnswer: send.expectsAnswer,
      scheduledForMs: null,
      repeatsSendId: send.id,
      overridesOptOut: false,
    },
  });
}

/** A conversation that waited for a person only because of this message does not wait any more. */
function withdrawsQuestion(control: ConversationControl, send: TargetSend): Partial<CommandEffects> {
  const isOnlyReason =
    control.reasonCode === 'send.unconfirmed' &&
    control.owner !== 'unassigned' &&
    !send.isOneOfSeveralUnconfirmed;
  return isOnlyReason ? { needsHuman: false } : {};
}
