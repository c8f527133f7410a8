import { applyOrder } from '../../domain/send/send.state';
import { done, isOwnedByOtherAgent, leavesBuyerWaiting, refused } from './command.effects';
import type { ArgumentsOf, CommandMoment, CommandVerdict, ConversationControl } from './command.types';

/** Lets a draft of automation go; it stays automation's message, so that the gate stops it if the buyer has written since. */
export function decideApproveSend(
  control: ConversationControl,
  moment: CommandMoment,
  given: ArgumentsOf<'approve_send'>,
): CommandVerdict {
  const send = control.targetSend;
  if (send === null) return refused('send_not_found');
  if (isOwnedByOtherAgent(control, moment.actor) && given.force !== true)
    return refused('owned_by_other_agent', 'force=true');
  if (control.isOptedOut) return refused('buyer_opted_out');
  if (applyOrder(send.status, 'approve') === null) return refused('send_not_draft');
  return done({ changesSend: { sendId: send.id, order: 'approve' } });
}

/** Drops a draft of automation. */
export function decideRejectSend(control: ConversationControl): CommandVerdict {
  const send = control.targetSend;
  if (send === null) return refused('send_not_found');
  if (applyOrder(send.status, 'reject') === null) return refused('send_not_draft');
  return done({ ...leavesBuyerWaiting(send), changesSend: { sendId: send.id, order: 'reject' } });
}
