import { UNWATCHED_SENDS } from '../../domain/vocabulary';
import { agentOwner, done, isOwnedByOtherAgent, refused } from './command.effects';
import type { ArgumentsOf, CommandMoment, CommandVerdict, ConversationControl } from './command.types';

/** An agent takes the wheel; another agent's wheel only by force. Taking over twice changes nothing. */
export function decideTakeOver(
  control: ConversationControl,
  moment: CommandMoment,
  given: ArgumentsOf<'take_over'>,
): CommandVerdict {
  if (isOwnedByOtherAgent(control, moment.actor) && given.force !== true)
    return refused('owned_by_other_agent', 'force=true');
  return done({
    owner: agentOwner(moment.actor),
    needsHuman: false,
    recalls: UNWATCHED_SENDS,
    endsFollowUps: true,
  });
}
