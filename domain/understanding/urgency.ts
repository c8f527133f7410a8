import type { Reason } from '../vocabulary';
import type { UnderstoodTurn } from './understood';

/** How soon somebody should answer: 0 = in its time, 3 = now. */
export type Urgency = 0 | 1 | 2 | 3;

const CLOSING_SOON_MS = 4 * 3_600_000;

/** Adds up what makes a turn urgent; each part is shown. */
export function urgencyOf(input: {
  readonly turn: UnderstoodTurn;
  readonly inboundSinceOurLast: number;
  readonly repeatedQuestion: boolean;
  readonly windowClosesAtMs: number | null;
  readonly nowMs: number;
}): { urgency: Urgency; parts: Reason[] } {
  const { turn, nowMs, windowClosesAtMs } = input;
  const parts: Reason[] = [];
  if (turn.evidence.includes('urgent')) parts.push({ code: 'urgency.words' });
  if (turn.evidence.includes('order')) parts.push({ code: 'urgency.existing_order' });
  if (input.repeatedQuestion || input.inboundSinceOurLast >= 2)
    parts.push({ code: 'urgency.waiting', detail: input.inboundSinceOurLast });
  if (windowClosesAtMs !== null && windowClosesAtMs > nowMs && windowClosesAtMs - nowMs < CLOSING_SOON_MS)
    parts.push({ code: 'urgency.window_closing', detail: windowClosesAtMs - nowMs });
  return { urgency: clamp(parts.length), parts };
}

function clamp(points: number): Urgency {
  if (points <= 0) return 0;
  if (points === 1) return 1;
  return points === 2 ? 2 : 3;
}
