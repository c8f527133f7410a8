import { done, refused } from './command.effects';
import type { CommandVerdict, ConversationControl } from './command.types';

/** Gives the conversation back to automation. Anybody may do it, so that an absent agent's conversation is not stuck. */
export function decideHandBack(control: ConversationControl): CommandVerdict {
  if (control.owner === 'automation') return refused('not_owned');
  return done({ owner: 'automation', needsHuman: false });
}
