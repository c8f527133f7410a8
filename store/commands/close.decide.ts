import { UNWATCHED_SENDS } from '../../domain/vocabulary';
import { done, refused } from './command.effects';
import type { CommandVerdict, ConversationControl } from './command.types';

/** Ends the open episode; the owner and a pause stay, and the buyer's next message opens a new episode. */
export function decideClose(control: ConversationControl): CommandVerdict {
  if (!control.hasOpenEpisode) return refused('no_open_episode');
  return done({ needsHuman: false, recalls: UNWATCHED_SENDS, endsFollowUps: true, closesEpisode: true });
}
