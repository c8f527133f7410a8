import { decideChangeFollowUpRule } from './change-follow-up-rule.decide';
import { decideClose } from './close.decide';
import type { CommandMoment, CommandOrder, CommandVerdict, ConversationControl } from './command.types';
import { decideHandBack } from './hand-back.decide';
import { decideOptIn, decideOptOut } from './opt-out.decide';
import { decideOverrideRoute } from './override-route.decide';
import { decidePause } from './pause.decide';
import { decideResume } from './resume.decide';
import { decideSendMessage } from './send-message.decide';
import { decideSkipFollowUp } from './skip-follow-up.decide';
import { decideTakeOver } from './take-over.decide';

type ConsentOrder = Extract<CommandOrder, { kind: 'opt_out' | 'opt_in' }>;

/** What an order comes to in the state that its lock holds still; pure. */
export function decideCommand(
  control: ConversationControl,
  moment: CommandMoment,
  order: CommandOrder,
): CommandVerdict {
  return order.kind === 'opt_out' || order.kind === 'opt_in'
    ? decideAboutConsent(control, order)
    : decideAboutConversation(control, moment, order);
}

function decideAboutConsent(control: ConversationControl, order: ConsentOrder): CommandVerdict {
  return order.kind === 'opt_out' ? decideOptOut(control) : decideOptIn(control);
}

function decideAboutConversation(
  control: ConversationControl,
  moment: CommandMoment,
  order: Exclude<CommandOrder, ConsentOrder>,
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
