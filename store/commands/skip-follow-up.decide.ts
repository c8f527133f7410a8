import { done, refused } from './command.effects';
import type { CommandVerdict, ConversationControl } from './command.types';

/** Drops the planned follow-up; the conversation goes on as it is. */
export function decideSkipFollowUp(control: ConversationControl): CommandVerdict {
  if (!control.hasPlannedFollowUp) return refused('no_follow_up_planned');
  return done({ recalls: ['follow_up'], endsFollowUps: true });
}
