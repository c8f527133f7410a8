import { done, refused } from './command.effects';
import type { ArgumentsOf, CommandMoment, CommandVerdict, ConversationControl } from './command.types';
import { decideSendMessage } from './send-message.decide';

/**
 * An agent writes first: like any message of theirs, and the opt-in that allows it is noted with its evidence. An order
 * from HubSpot begins something only where automation has the conversation.
 */
export function decideStartConversation(
  control: ConversationControl,
  moment: CommandMoment,
  given: ArgumentsOf<'start_conversation'>,
): CommandVerdict {
  const { optIn, leavesOwner = false, ...message } = given;
  if (Date.parse(optIn.when) > moment.nowMs) return refused('opt_in_in_future');
  const verdict = decideSendMessage(control, moment, message);
  if (verdict.kind === 'refused') return verdict;
  const begins = { opensEpisode: true, notesOptIn: optIn } as const;
  if (!leavesOwner) return done({ ...verdict.effects, ...begins });
  if (control.owner !== 'automation') return refused('not_with_automation', 'owner=automation');
  const { sends } = verdict.effects;
  // A buyer who waits, for a person or for an answer that is held, goes on waiting: the order answers nothing. Only a
  // follow-up would be one message too many beside it.
  return done({ ...begins, recalls: ['follow_up'], endsFollowUps: true, ...(sends && { sends }) });
}
