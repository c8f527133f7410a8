import { done, refused } from './command.effects';
import type { CommandMoment, CommandVerdict, ConversationControl } from './command.types';

/** Ends a pause before its time. */
export function decideResume(control: ConversationControl, moment: CommandMoment): CommandVerdict {
  if (control.pausedUntilMs === null || control.pausedUntilMs <= moment.nowMs) return refused('not_paused');
  return done({ pausedUntilMs: null });
}
