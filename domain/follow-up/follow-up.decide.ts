import { isOnItsWay, isSeen } from '../send/send.state';
import { RULES_VERSION } from '../vocabulary';
import type { Reason, RunnerUp } from '../vocabulary';
import { dueTime, humanWaitMs, lastMomentMs } from './follow-up.due';
import type { FollowUpInput, FollowUpVerdict } from './follow-up.input';

export type { FollowUpInput, FollowUpVerdict } from './follow-up.input';

type Finding = {
  readonly verdict: FollowUpVerdict['verdict'];
  readonly reasonCode: string;
  readonly flip: string | null;
  readonly dueAtMs?: number;
  readonly reasons?: readonly Reason[];
  readonly byTemplate?: boolean;
};

/** Decides about a follow-up after silence, when it is planned and again when it is due; nothing is sent without it. */
export function decideFollowUp(input: FollowUpInput): FollowUpVerdict {
  const finding = judgeStop(input) ?? judgeSilence(input) ?? judgeCap(input) ?? judgeTime(input);
  return {
    kind: finding.verdict === 'skip' ? 'skip' : 'follow_up',
    verdict: finding.verdict,
    reasonCode: finding.reasonCode,
    reasons: [{ code: finding.reasonCode }, ...(finding.reasons ?? [])],
    inputs: input,
    runnerUp: runnerUp(finding),
    flip: finding.flip,
    parameterVersion: RULES_VERSION,
    dueAtMs: finding.dueAtMs ?? null,
    attempt: input.attemptsSinceInbound + 1,
    byTemplate: finding.byTemplate ?? false,
  };
}

/** The text of an attempt (counted from 1); the last one given holds for all later attempts. */
export function followUpText(texts: readonly string[], attempt: number): string | null {
  return texts[Math.min(attempt, texts.length) - 1] ?? null;
}

function skip(reasonCode: string, flip: string): Finding {
  return { verdict: 'skip', reasonCode, flip };
}

function judgeStop(input: FollowUpInput): Finding | null {
  if (input.optedOut) return skip('stop.opted_out', 'opted_out=false');
  if (input.neverAutomate) return skip('stop.never_automate', 'never_automate=false');
  if (input.owner !== 'automation') return skip('stop.owner', 'owner=automation');
  if (input.paused) return skip('stop.paused', 'paused=false');
  if (input.episode.closed || input.episode.outcome !== null) return skip('stop.closed', 'closed=false');
  if (input.overrideRule?.enabled === false) return skip('stop.switched_off', 'override.enabled=true');
  return null;
}

function judgeSilence(input: FollowUpInput): Finding | null {
  const { ourLast, lastMessageBy, lastInboundMeaning } = input;
  if (lastMessageBy === 'buyer' && lastInboundMeaning !== 'deferral')
    return lastInboundMeaning === 'closing' || lastInboundMeaning === 'acknowledgement'
      ? skip('silence.completion', 'turn.meaning=needs_reply')
      : skip('silence.buyer_waits', 'last_message_by=us');
  if (ourLast?.expectsAnswer !== true) return skip('silence.nothing_asked', 'expects_answer=true');
  if (!isOnItsWay(ourLast.status)) return skip('silence.not_sent', 'status>=accepted');
  return null;
}

function judgeCap(input: FollowUpInput): Finding | null {
  if (input.complaint === true) return skip('limit.complaint', 'complaint=false');
  const cap = input.overrideRule?.cap ?? input.followUp.cap;
  if (input.attemptsSinceInbound < cap) return null;
  return {
    ...skip('limit.cap', `cap>${input.attemptsSinceInbound}`),
    reasons: [{ code: 'limit.cap_max', detail: cap }],
  };
}

function judgeTime(input: FollowUpInput): Finding {
  // `judgeSilence` has seen to it that there is a message of ours.
  const due = dueTime(input, input.ourLast?.sentAtMs ?? input.nowMs);
  const atMs = Math.max(due.atMs, input.nowMs);
  const last = lastMomentMs(input);
  if (last === null || atMs >= last) return outsideWindow(input, { atMs, last, reasons: due.reasons });
  if (input.phase === 'plan' || input.nowMs < due.atMs)
    return {
      verdict: 'plan',
      reasonCode: due.reasonCode,
      flip: `window_closes_at_ms<=${atMs}`,
      dueAtMs: atMs,
      reasons: due.reasons,
    };
  return judgeDue(input, { atMs, last, reasons: due.reasons });
}

type Reached = { readonly atMs: number; readonly last: number | null; readonly reasons: readonly Reason[] };

/** The time has come: an unread message is waited for once more, a hesitation is followed up. */
function judgeDue(input: FollowUpInput, reached: Reached): Finding {
  const { ourLast, nowMs } = input;
  const { reasons, last } = reached;
  if (ourLast?.receiptsKnown === true && !isSeen(ourLast.status)) {
    const againAtMs = nowMs + Math.max(humanWaitMs(input), 1000);
    if (last !== null && againAtMs >= last) return { ...skip('silence.unseen', 'status>=read'), reasons };
    return {
      verdict: 'plan',
      reasonCode: 'silence.unseen',
      flip: 'status>=read',
      dueAtMs: againAtMs,
      reasons,
    };
  }
  return {
    verdict: 'send',
    reasonCode: 'hesitation.follow_up',
    flip: `now_ms<${reached.atMs}`,
    dueAtMs: nowMs,
    reasons,
  };
}

/**
 * Free text is no longer allowed. Where the policy names no template for that, the first attempt becomes a question to a
 * person, who may choose one; later ones are dropped.
 */
function outsideWindow(input: FollowUpInput, reached: Reached): Finding {
  if (input.followUp.template !== undefined) return byTemplate(input, reached);
  return {
    verdict: input.attemptsSinceInbound === 0 ? 'ask_human' : 'skip',
    reasonCode: 'limit.window',
    flip: `window_closes_at_ms>${reached.atMs}`,
    reasons: reached.reasons,
  };
}

/** A message that was never seen is not followed by another one, which costs money and trust. */
function byTemplate(input: FollowUpInput, reached: Reached): Finding {
  const reasons = [...reached.reasons, { code: 'limit.window' }];
  if (input.phase === 'plan' || input.nowMs < reached.atMs)
    return {
      verdict: 'plan',
      reasonCode: 'wait.template',
      flip: `window_closes_at_ms>${reached.atMs}`,
      dueAtMs: reached.atMs,
      reasons,
      byTemplate: true,
    };
  return { ...judgeDue(input, { ...reached, last: input.nowMs, reasons }), byTemplate: true };
}

function runnerUp(finding: Finding): RunnerUp {
  if (finding.verdict === 'send') return { verdict: 'skip', reasonCode: 'silence.buyer_waits' };
  if (finding.verdict === 'plan') return { verdict: 'skip', reasonCode: 'limit.window' };
  return { verdict: 'plan', reasonCode: 'wait.human' };
}
