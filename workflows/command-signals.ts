import { setHandler, workflowInfo } from '@temporalio/workflow';
import { handBack, pause, resume, skipFollowUp, takeOver } from './contract';

/** A command that came as a signal; its key is made of the run and its place among the run's signals. */
export type SignalledCommand = {
  readonly key: string;
  readonly kind: 'take_over' | 'hand_back' | 'pause' | 'resume' | 'skip_follow_up';
  /** For a pause: until when; null = for good. */
  readonly untilMs: number | null;
};

const WITHOUT_ARGUMENT = [
  [takeOver, 'take_over', 'A human takes over: automation stops.'],
  [handBack, 'hand_back', 'Automation may answer again.'],
  [resume, 'resume', 'Ends a pause.'],
  [skipFollowUp, 'skip_follow_up', 'Drops the planned follow-up.'],
] as const;

/** The end of the year 9999: whoever names a later time (microseconds, say) means no time at all. */
const TIME_MAX_MS = 253_402_300_799_999;

/** Puts what operators signal on the list, in the order of arrival. Handlers only note: they cannot fail or wait. */
export function receiveCommands(commands: SignalledCommand[]): void {
  let signalsSeen = 0;
  const note = (kind: SignalledCommand['kind'], untilMs: number | null = null): void => {
    signalsSeen += 1;
    commands.push({ key: `signal:${workflowInfo().runId}:${signalsSeen}`, kind, untilMs });
  };
  for (const [signal, kind, description] of WITHOUT_ARGUMENT)
    setHandler(
      signal,
      () => {
        note(kind);
      },
      { description },
    );
  setHandler(
    pause,
    (argument: unknown) => {
      note('pause', untilOf(argument));
    },
    { description: 'No automated message until {"untilMs": <unix ms>}; without it, for good.' },
  );
}

/** What cannot be read as a time pauses for good: the side on which nothing is sent. */
function untilOf(argument: unknown): number | null {
  if (typeof argument !== 'object' || argument === null || !('untilMs' in argument)) return null;
  const { untilMs } = argument;
  return typeof untilMs === 'number' && Math.abs(untilMs) <= TIME_MAX_MS ? untilMs : null;
}
