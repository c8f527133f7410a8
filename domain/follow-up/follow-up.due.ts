import type { Reason } from '../vocabulary';
import type { FollowUpInput } from './follow-up.input';

/** When a follow-up would be due, and which term made it that late. */
export type DueTime = { readonly atMs: number; readonly reasonCode: string; readonly reasons: Reason[] };

/** The wait people set for this attempt; the last one given holds for all later attempts. */
export function humanWaitMs(input: FollowUpInput): number {
  const waits = input.overrideRule?.waitSeconds ?? input.followUp.wait_seconds;
  const seconds = waits[Math.min(input.attemptsSinceInbound, waits.length - 1)];
  return (seconds ?? 0) * 1000;
}

/** The latest of the human wait, the grown last gap and the time the buyer named. */
export function dueTime(input: FollowUpInput, sentAtMs: number): DueTime {
  const waitMs = humanWaitMs(input);
  const grownMs = input.lastGapMs === null ? 0 : input.lastGapMs * input.followUp.growth;
  const terms = [
    { reasonCode: 'wait.human', atMs: sentAtMs + waitMs },
    { reasonCode: 'wait.growth', atMs: sentAtMs + grownMs },
    { reasonCode: 'silence.deferred', atMs: input.deferredUntilMs ?? 0 },
  ];
  const atMs = Math.max(...terms.map((term) => term.atMs));
  const won = terms.find((term) => term.atMs === atMs);
  return {
    atMs,
    reasonCode: won?.reasonCode ?? 'wait.human',
    reasons: [
      { code: 'wait.human_ms', detail: waitMs },
      { code: 'wait.growth_ms', detail: grownMs },
      { code: 'wait.due_at_ms', detail: atMs },
    ],
  };
}

/** The first moment at which free text is no longer sent: a margin before the window closes; null = no window. */
export function lastMomentMs(input: FollowUpInput): number | null {
  if (input.windowClosesAtMs === null) return null;
  return input.windowClosesAtMs - input.followUp.window_margin_seconds * 1000;
}
