import type { ReplyModel, WaitState } from './reply-model';

const HOUR_MS = 3_600_000;

/** Replies up to here are ignored: no decision is taken so early, and they would blur the signal. */
export const W0_MS = 0.5 * HOUR_MS;

/** A wait is silent when no reply came until here. */
export const HORIZON_MS = 72 * HOUR_MS;

const BURST_GAP_MS = 5 * 60_000;
const LIVE_GAP_MS = 10 * 60_000;
const WARM_GAP_MS = 24 * HOUR_MS;

/** The state by the gap between the buyer's last message and ours; null = they never wrote. */
export function waitState(gapMs: number | null): WaitState {
  if (gapMs === null || gapMs > WARM_GAP_MS) return 'cold';
  return gapMs <= LIVE_GAP_MS ? 'live' : 'warm';
}

/** Whether two messages of ours are one burst; its wait starts at the last one. */
export function isSameBurst(ours: {
  readonly previousAtMs: number;
  readonly nextAtMs: number;
  readonly hasInboundBetween: boolean;
}): boolean {
  return !ours.hasInboundBetween && ours.nextAtMs - ours.previousAtMs <= BURST_GAP_MS;
}

/** H: replies an average buyer would have given from `W0_MS` until `untilMs`, cut at the horizon. */
export function expectedReplies(stretch: {
  readonly model: ReplyModel;
  readonly state: WaitState;
  readonly sentAtMs: number;
  readonly untilMs: number;
}): number {
  const { model, state, sentAtMs } = stretch;
  const untilHours = Math.min(stretch.untilMs - sentAtMs, HORIZON_MS) / HOUR_MS;
  const sentHours = sentAtMs / HOUR_MS;
  return model.hazards[state].reduce((sum, hazard, bin) => {
    const fromHours = model.binsHours[bin] ?? Infinity;
    const toHours = Math.min(model.binsHours[bin + 1] ?? fromHours, untilHours);
    if (fromHours >= toHours) return sum;
    return sum + hazard * activeHours(model.clock, sentHours + fromHours, sentHours + toHours);
  }, 0);
}

/** Whether a reply counts as late: after `W0_MS`, and not after the horizon. */
export function isLateReply(wait: { readonly sentAtMs: number; readonly repliedAtMs: number }): boolean {
  const tookMs = wait.repliedAtMs - wait.sentAtMs;
  return tookMs > W0_MS && tookMs <= HORIZON_MS;
}

/** How a wait ended. */
export type WaitEnd = { readonly by: 'reply' | 'our_message' | 'horizon'; readonly atMs: number };

/** The end of a wait as it counts: what comes after the horizon ends nothing any more. */
export function endOfWait(wait: { readonly startedAtMs: number }, end: WaitEnd): WaitEnd {
  const horizonAtMs = wait.startedAtMs + HORIZON_MS;
  if (end.atMs > horizonAtMs) return { by: 'horizon', atMs: horizonAtMs };
  // WhatsApp's times have whole seconds, so a quick reply may seem to come before our message.
  return { by: end.by, atMs: Math.max(end.atMs, wait.startedAtMs) };
}

/** What an ended wait adds to the buyer's D (`late`) and E (`expected`); a wait cut short by us adds to E only. */
export function settleWait(wait: {
  readonly state: WaitState;
  readonly sentAtMs: number;
  readonly endedAtMs: number;
  readonly endedBy: 'reply' | 'our_message' | 'horizon';
  readonly parameters: ReplyModel;
}): { late: 0 | 1; expected: number } {
  const { state, sentAtMs, endedAtMs, endedBy, parameters } = wait;
  const isLate = endedBy === 'reply' && isLateReply({ sentAtMs, repliedAtMs: endedAtMs });
  const untilMs = endedBy === 'horizon' ? sentAtMs + HORIZON_MS : endedAtMs;
  return {
    late: isLate ? 1 : 0,
    expected: expectedReplies({ model: parameters, state, sentAtMs, untilMs }),
  };
}

/** ẑ: late replies seen against those of an average buyer in the same waiting time; 1 without history. */
export function responsiveness(buyer: {
  readonly alpha: number;
  readonly lateReplies: number;
  readonly expectedLateReplies: number;
}): number {
  return (buyer.alpha + buyer.lateReplies) / (buyer.alpha + buyer.expectedLateReplies);
}

/** P: the chance of a reply between two moments of a wait that is silent until the first; H of both is given. */
export function replyWithin(question: {
  readonly alpha: number;
  readonly lateReplies: number;
  readonly expectedLateReplies: number;
  readonly expectedUntilNow: number;
  readonly expectedUntilThen: number;
}): number {
  const known = question.alpha + question.expectedLateReplies;
  const ratio = (known + question.expectedUntilNow) / (known + question.expectedUntilThen);
  return 1 - Math.min(1, ratio) ** (question.alpha + question.lateReplies);
}

/** Hours between two epoch-hours, each weighted by the activity of its hour of the day. */
function activeHours(clock: readonly number[], fromHours: number, toHours: number): number {
  return activeHoursSinceEpoch(clock, toHours) - activeHoursSinceEpoch(clock, fromHours);
}

function activeHoursSinceEpoch(clock: readonly number[], hours: number): number {
  const days = Math.floor(hours / 24);
  const hourOfDay = hours - 24 * days;
  const whole = Math.min(23, Math.floor(hourOfDay));
  const day = clock.reduce((sum, activity) => sum + activity, 0);
  const before = clock.slice(0, whole).reduce((sum, activity) => sum + activity, 0);
  return days * day + before + (hourOfDay - whole) * (clock[whole] ?? 0);
}
