import { decideCancelSend } from './cancel-send.decide';
import { decideChangeFollowUpRule } from './change-follow-up-rule.decide';
import { decideClose } from './close.decide';
import type { CommandMoment, CommandOrder, CommandVerdict, ConversationControl } from './command.types';
import { decideEditSend } from './edit-send.decide';
import { decideHandBack } from './hand-back.decide';
import { decideOptIn, decideOptOut } from './opt-out.decide';
import { decideOverrideRoute } from './override-route.decide';
import { decidePause } from './pause.decide';
import { decideResolveSend } from './resolve-send.decide';
import { decideResume } from './resume.decide';
import { decideApproveSend, decideRejectSend } from './review-draft.decide';
import { decideSendMessage } from './send-message.decide';
import { decideSkipFollowUp } from './skip-follow-up.decide';
import { decideStartConversation } from './start-conversation.decide';
import { decideTakeOver } from './take-over.decide';

type ConsentOrder = Extract<CommandOrder, { kind: 'opt_out' | 'opt_in' }>;
type Order<Kind extends CommandOrder['kind']> = Extract<CommandOrder, { kind: Kind }>;
type SendCommand = 'cancel_send' | 'edit_send' | 'approve_send' | 'reject_send' | 'resolve_send';

/** What an order comes to in the state that its lock holds still; pure. */
export function decideCommand(
  control: ConversationControl,
  moment: CommandMoment,
  order: CommandOrder,
): CommandVerdict {
  if (order.kind === 'start_conversation') return decideStartConversation(control, moment, order.arguments);
  if (order.kind === 'opt_out' || order.kind === 'opt_in') return decideAboutConsent(control, order);
  return isAboutSend(order)
    ? decideAboutSend(control, moment, order)
    : decideAboutConversation(control, moment, order);
}

function decideAboutConsent(control: ConversationControl, order: ConsentOrder): CommandVerdict {
  return order.kind === 'opt_out' ? decideOptOut(control) : decideOptIn(control);
}

function isAboutSend(order: CommandOrder): order is Order<SendCommand> {
  return 'sendId' in order.arguments;
}

function decideAboutConversation(
  control: ConversationControl,
  moment: CommandMoment,
  order: Exclude<CommandOrder, ConsentOrder | Order<SendCommand | 'start_conversation'>>,
): CommandVerdict {
  switch (order.kind) {
    case 'take_over':
      return decideTakeOver(control, moment, order.arguments);
    case 'hand_back':
      return decideHandBack(control);
    case 'pause':
      return decidePause(control, moment, order.arguments);
    case 'resume':
      return decideResume(control, moment);
    case 'override_route':
      return decideOverrideRoute(control, moment, order.arguments);
    case 'change_follow_up_rule':
      return decideChangeFollowUpRule(control, moment, order.arguments);
    case 'send_message':
      return decideSendMessage(control, moment, order.arguments);
    case 'skip_follow_up':
      return decideSkipFollowUp(control);
    case 'close':
      return decideClose(control);
  }
}

function decideAboutSend(
  control: ConversationControl,
  moment: CommandMoment,
  order: Order<SendCommand>,
): CommandVerdict {
  switch (order.kind) {
    case 'cancel_send':
      return decideCancelSend(control);
    case 'edit_send':
      return decideEditSend(control, moment, order.arguments);
    case 'approve_send':
      return decideApproveSend(control, moment, order.arguments);
    case 'reject_send':
      return decideRejectSend(control);
    case 'resolve_send':
      return decideResolveSend(control, moment, order.arguments);
  }
}
