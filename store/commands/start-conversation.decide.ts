import { AUTOMATED_SENDS } from '../../domain/vocabulary';
import { refused } from './command.effects';
import type { ArgumentsOf, CommandMoment, CommandVerdict, ConversationControl } from './command.types';
import { decideSendMessage } from './send-message.decide';

/** An agent writes first: like any message of theirs, and the opt-in that allows it is noted with its evidence. */
export function decideStartConversation(
  control: ConversationControl,
  moment: CommandMoment,
  given: ArgumentsOf<'start_conversation'>,
): CommandVerdict {
  const { optIn, leavesOwner = false, ...message } = given;
  if (Date.parse(optIn.when) > moment.nowMs) return refused('opt_in_in_future');
  const verdict = decideSendMessage(control, moment, message);
  if (verdict.kind === 'refused') return verdict;
  const { owner, ...rest } = verdict.effects;
  // An order from HubSpot stops no other one.
  const taken = leavesOwner || owner === undefined ? { recalls: AUTOMATED_SENDS } : { owner };
  return { kind: 'done', effects: { ...rest, ...taken, opensEpisode: true, notesOptIn: optIn } };
}
