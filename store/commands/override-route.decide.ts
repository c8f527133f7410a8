import { done } from './command.effects';
import type { ArgumentsOf, CommandMoment, CommandVerdict, ConversationControl } from './command.types';

/** Sets who answers from now on, whatever the rules say; null = the rules again. */
export function decideOverrideRoute(
  control: ConversationControl,
  _moment: CommandMoment,
  given: ArgumentsOf<'override_route'>,
): CommandVerdict {
  // A reply that is prepared but not on its way would contradict the order; a person is asked for its turn instead.
  if (given.route === 'human' && control.hasPlannedReply)
    return done({ routeOverride: 'human', recalls: ['reply'], needsHuman: true });
  return done({ routeOverride: given.route });
}
