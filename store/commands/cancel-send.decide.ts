import { applyOrder } from '../../domain/send/send.state';
import { done, leavesBuyerWaiting, refused } from './command.effects';
import type { CommandVerdict, ConversationControl } from './command.types';

/** Takes back a send that has not been claimed. Anybody may: not to send can be made good, to send cannot. */
export function decideCancelSend(control: ConversationControl): CommandVerdict {
  const send = control.targetSend;
  if (send === null) return refused('send_not_found');
  if (applyOrder(send.status, 'cancel') === null) return refused('send_too_late');
  return done({ ...leavesBuyerWaiting(send), changesSend: { sendId: send.id, order: 'cancel' } });
}
