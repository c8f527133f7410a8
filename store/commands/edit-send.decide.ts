import { applyOrder } from '../../domain/send/send.state';
import { done, isOwnedByOtherAgent, namesUnknownMessage, refused } from './command.effects';
import { toBody } from '../../domain/send/outgoing-message';
import { inLanguage } from '../../domain/template/template.judge';
import { refuseTemplate } from './template-refusal';
import type { ArgumentsOf, CommandMoment, CommandVerdict, ConversationControl } from './command.types';

/**
 * Gives a send that has not been claimed other content, which becomes the words of whoever edits. It leaves when and
 * under the conditions that it would have left before: what automation prepared, a newer message still stops. To write to
 * a buyer who opted out is ordered anew with each content, and the confirmation of an opt-out says what the policy says.
 */
export function decideEditSend(
  control: ConversationControl,
  moment: CommandMoment,
  given: ArgumentsOf<'edit_send'>,
): CommandVerdict {
  const send = control.targetSend;
  if (send === null) return refused('send_not_found');
  if (isOwnedByOtherAgent(control, moment.actor) && given.force !== true)
    return refused('owned_by_other_agent', 'force=true');
  if (applyOrder(send.status, 'edit') === null) return refused('send_too_late');
  if (send.kind === 'opt_out_confirmation') return refused('send_not_editable');
  if (control.isOptedOut && given.overrideOptOut !== true)
    return refused('buyer_opted_out', 'override_opt_out=true');
  if (namesUnknownMessage(control, given)) return refused('message_not_found');
  const refusal = refuseTemplate(control.template);
  if (refusal !== null) return refusal;
  const body = inLanguage(toBody(given.message, control.named), control.template);
  return done({
    changesSend: { sendId: send.id, order: 'edit', content: { body, overridesOptOut: control.isOptedOut } },
  });
}
