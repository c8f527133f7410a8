import { UNWATCHED_SENDS, PAUSED_FOR_GOOD_MS } from '../../domain/vocabulary';
import { done, refused } from './command.effects';
import type { ArgumentsOf, CommandMoment, CommandVerdict, ConversationControl } from './command.types';

/** Silences automation until a time or for good. Planned follow-ups stay planned: they are judged again when due. */
export function decidePause(
  control: ConversationControl,
  moment: CommandMoment,
  given: ArgumentsOf<'pause'>,
): CommandVerdict {
  const pausedUntilMs = 'until' in given ? Date.parse(given.until) : PAUSED_FOR_GOOD_MS;
  // A time that cannot be read is not a time in the future either.
  if (!(pausedUntilMs > moment.nowMs)) return refused('until_not_in_future', `until_ms>${moment.nowMs}`);
  // The turn whose reply is taken back is not judged again after the pause, so a person is asked for it.
  return done({
    pausedUntilMs,
    recalls: UNWATCHED_SENDS,
    ...(control.hasPlannedReply ? { needsHuman: true } : {}),
  });
}
