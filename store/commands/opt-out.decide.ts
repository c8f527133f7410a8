import { UNWATCHED_SENDS } from '../../domain/vocabulary';
import { done, refused } from './command.effects';
import type { CommandVerdict, ConversationControl } from './command.types';

/** A person notes that the buyer wants no more messages, said on the phone or in a shop. */
export function decideOptOut(control: ConversationControl): CommandVerdict {
  if (control.isOptedOut) return refused('already_opted_out');
  return done({ consent: 'stop', recalls: UNWATCHED_SENDS, endsFollowUps: true });
}

/** A person notes that the buyer wants messages again; the order's reason is the evidence. */
export function decideOptIn(control: ConversationControl): CommandVerdict {
  if (!control.isOptedOut) return refused('not_opted_out');
  return done({ consent: 'resume' });
}
