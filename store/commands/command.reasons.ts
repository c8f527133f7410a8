import type { CommandKind, RefusalCode } from './command.types';

type CommandReasonCode = `command.${CommandKind | RefusalCode}`;

const SENTENCES: Readonly<Record<CommandReasonCode, string>> = {
  'command.take_over': 'An agent took the conversation over.',
  'command.hand_back': 'A person gave the conversation back to automation.',
  'command.pause': 'A person paused automation.',
  'command.resume': 'A person ended the pause.',
  'command.override_route': 'A person set who answers from now on.',
  'command.change_follow_up_rule': 'A person changed the follow-up rule of this conversation.',
  'command.send_message': 'An agent wrote, and thereby took the conversation over.',
  'command.skip_follow_up': 'A person dropped the planned follow-up.',
  'command.close': 'A person closed the episode.',
  'command.opt_out': 'A person noted that the buyer wants no more messages.',
  'command.opt_in': 'A person noted that the buyer wants messages again.',
  'command.cancel_send': 'A person took a message back before it left.',
  'command.edit_send': 'A person changed a message before it left.',
  'command.approve_send': 'A person let a draft go.',
  'command.reject_send': 'A person dropped a draft.',
  'command.resolve_send': 'A person decided about a message of which nobody knew whether it left.',
  'command.start_conversation': 'An agent wrote first, with an approved template and a recorded opt-in.',
  'command.conversation_not_found': 'The order was refused: there is no such conversation.',
  'command.idempotency_key_reused': 'The order was refused: its key belongs to another command.',
  'command.owned_by_other_agent': 'The order was refused: another agent has the conversation.',
  'command.not_with_automation':
    'The order was refused: a person or Meta’s agent has the conversation, or the buyer waits for a person.',
  'command.not_owned': 'The order was refused: automation has the conversation already.',
  'command.not_paused': 'The order was refused: the conversation is not paused.',
  'command.until_not_in_future': 'The order was refused: the end of the pause is not in the future.',
  'command.outside_window': 'The order was refused: the window for free text is closed.',
  'command.buyer_opted_out': 'The order was refused: the buyer does not want messages.',
  'command.no_follow_up_planned': 'The order was refused: no follow-up is planned.',
  'command.already_opted_out': 'The order was refused: the buyer has opted out already.',
  'command.not_opted_out': 'The order was refused: the buyer has not opted out.',
  'command.no_open_episode': 'The order was refused: no episode is open.',
  'command.message_not_found': 'The order was refused: it names a message that is not in this conversation.',
  'command.send_at_out_of_range': 'The order was refused: the time to send is past or too far ahead.',
  'command.send_not_found': 'The order was refused: there is no such send in this conversation.',
  'command.send_too_late': 'The order was refused: the message is on its way or has come to its end.',
  'command.send_not_editable':
    'The order was refused: the message confirms an opt-out, and its text is the policy’s.',
  'command.send_not_draft': 'The order was refused: the message is not a draft.',
  'command.send_not_unconfirmed': 'The order was refused: it is known whether the message left.',
  'command.template_not_found': 'The order was refused: there is no such template in this language.',
  'command.template_not_approved':
    'The order was refused: WhatsApp has not approved the template, or not any more.',
  'command.template_parameters_wrong':
    'The order was refused: the values do not fit what the template needs.',
  'command.template_needs_phone':
    'The order was refused: a code goes to phone numbers only, and none is known.',
  'command.no_marketing_consent': 'The order was refused: the buyer has not agreed to advertising.',
  'command.no_opt_in': 'The order was refused: no opt-in is recorded, and the buyer has not written lately.',
  'command.marketing_blocked':
    'The order was refused: WhatsApp delivers no advertising to phones of this country.',
  'command.opt_in_in_future': 'The order was refused: the opt-in lies in the future.',
  'command.first_contacts_used_up': 'The order was refused: as many buyers as allowed were written to first.',
  'command.number_not_found': 'The order was refused: there is no such number.',
};

/** A short English sentence for each reason code that commands store. */
export const COMMAND_REASONS: Readonly<Record<string, string>> = SENTENCES;
