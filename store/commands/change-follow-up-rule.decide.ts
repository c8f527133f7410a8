import { done } from './command.effects';
import type { ArgumentsOf, CommandMoment, CommandVerdict, ConversationControl } from './command.types';

/** Replaces the conversation's own follow-up rule; null = the policy's again. A planned follow-up is judged by it when due. */
export function decideChangeFollowUpRule(
  _control: ConversationControl,
  _moment: CommandMoment,
  given: ArgumentsOf<'change_follow_up_rule'>,
): CommandVerdict {
  return done({ followUpRule: given.rule });
}
