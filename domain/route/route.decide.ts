import { RULES_VERSION, ownerKind } from '../vocabulary';
import type { DecisionKind, Reason } from '../vocabulary';
import { urgencyOf } from '../understanding/urgency';
import type { Urgency } from '../understanding/urgency';
import { AMBIGUOUS_OPT_OUT } from '../understanding/understood';
import type { UnderstoodTurn } from '../understanding/understood';
import type { RouteFinding, RouteInput, RouteVerdict } from './route.input';
import { applyFallback, matchRule } from './route.rules';

export type { RouteInput, RouteVerdict } from './route.input';

type Step = (input: RouteInput, urgency: Urgency) => RouteFinding | null;

/** The order in which a turn is judged; the first step that finds something decides, the next one is the runner-up. */
const STEPS: readonly Step[] = [
  judgeOptOut,
  judgeNeverAutomate,
  judgeOwner,
  judgePause,
  judgeSilence,
  judgeIdentity,
  judgeComplaint,
  judgeOverride,
  (input, urgency) => matchRule(input, urgency, false),
  applyFallback,
];

/** Decides who answers a turn: automation with which text, a person, or nobody; urgency says how fast. */
export function decideRoute(input: RouteInput): RouteVerdict {
  const { urgency, parts } = urgencyOf({ ...input.context, turn: input.turn, nowMs: input.nowMs });
  const [finding, next] = findings(input, urgency);
  const isAnswered = finding.verdict === 'reply' || finding.verdict === 'human';
  return {
    kind: kindOf(finding),
    verdict: finding.verdict,
    reasonCode: finding.reasonCode,
    reasons: reasonsOf(input, finding, parts),
    inputs: input,
    runnerUp: next === null ? null : { verdict: next.verdict, reasonCode: next.reasonCode },
    flip: finding.flip,
    parameterVersion: RULES_VERSION,
    urgency,
    respondWithinMs: isAnswered ? input.policy.respond_within_ms_by_urgency[urgency] : null,
    ruleName: finding.ruleName ?? null,
    reply:
      finding.reply === undefined
        ? null
        : { text: finding.reply.text, expectsAnswer: finding.reply.expects_answer },
  };
}

function findings(input: RouteInput, urgency: Urgency): [RouteFinding, RouteFinding | null] {
  const found = STEPS.map((step) => step(input, urgency)).filter((finding) => finding !== null);
  const [first, ...others] = found;
  if (first === undefined) return [applyFallback(input), null];
  const isSame = (other: RouteFinding) =>
    other.verdict === first.verdict && other.reasonCode === first.reasonCode;
  return [first, others.find((other) => !isSame(other)) ?? null];
}

function kindOf(finding: RouteFinding): DecisionKind {
  return finding.verdict === 'stop' ? 'stop' : 'route';
}

function reasonsOf(input: RouteInput, finding: RouteFinding, urgencyParts: Reason[]): Reason[] {
  const rule = finding.ruleName === undefined ? [] : [{ code: 'route.rule', detail: finding.ruleName }];
  return [
    { code: finding.reasonCode },
    ...rule,
    { code: 'turn.code', detail: input.turn.code },
    { code: 'number.mode', detail: input.mode },
    ...(input.optedOut && optsInAgain(input.turn) ? [{ code: 'stop.taken_back' }] : []),
    ...urgencyParts,
  ];
}

/** The very first message promises nothing: there is nothing of ours yet that could be put off. */
function needsNothing(input: RouteInput): boolean {
  const { meaning } = input.turn;
  if (meaning === 'deferral') return !input.context.firstContact;
  return meaning === 'closing' || meaning === 'acknowledgement';
}

function judgeOptOut(input: RouteInput): RouteFinding | null {
  const isWish = input.turn.meaning === 'opt_out' || input.stopNoted === true;
  if (!isWish && (!input.optedOut || optsInAgain(input.turn))) return null;
  if (input.optedOut) return { verdict: 'stop', reasonCode: 'stop.opted_out', flip: 'opted_out=false' };
  return askAboutOptOut(input) ?? STOP;
}

const STOP: RouteFinding = {
  verdict: 'stop',
  reasonCode: 'stop.opt_out',
  flip: 'turn.meaning=needs_reply',
};

/** Whether a turn takes an opt-out back; in a turn that also opts out, the opt-out holds. */
export function optsInAgain(turn: UnderstoodTurn): boolean {
  return turn.meaning !== 'opt_out' && turn.evidence.includes('opt_in');
}

/**
 * "Cancel" may be about an order, so it is asked about once, where automation may write at all. The mode of the number
 * changes nothing about that: what `observe` holds back and `draft` proposes is what `live` would send.
 */
function askAboutOptOut(input: RouteInput): RouteFinding | null {
  const question = input.policy.opt_out?.question;
  const optOuts = input.turn.messages.filter((message) => message.meaning === 'opt_out');
  const isClear =
    input.stopNoted === true || optOuts.some((message) => !message.evidence.includes(AMBIGUOUS_OPT_OUT));
  if (isClear || input.context.optOutAsked) return null;
  if (isWithPerson(input)) return UNCLEAR;
  if (question === undefined || !mayAsk(input)) return null;
  return {
    verdict: 'reply',
    reasonCode: 'route.opt_out_question',
    flip: 'opt_out.asked=true',
    reply: { text: question.text, expects_answer: false },
  };
}

/** Whoever writes with the buyer knows what is meant, and must be able to answer: they note an opt-out themselves. */
const UNCLEAR: RouteFinding = {
  verdict: 'human',
  reasonCode: 'route.opt_out_unclear',
  flip: 'owner=automation',
};

function isWithPerson(input: RouteInput): boolean {
  return ['agent', 'phone'].includes(ownerKind(input.owner));
}

function mayAsk(input: RouteInput): boolean {
  const isPaused = input.pausedUntilMs !== null && input.nowMs < input.pausedUntilMs;
  return input.owner === 'automation' && !isPaused && !input.neverAutomate;
}

function judgeNeverAutomate(input: RouteInput): RouteFinding | null {
  if (!input.neverAutomate || needsNothing(input)) return null;
  return { verdict: 'human', reasonCode: 'route.never_automate', flip: 'never_automate=false' };
}

function judgeOwner(input: RouteInput): RouteFinding | null {
  const kind = ownerKind(input.owner);
  if (kind === 'automation' || needsNothing(input)) return null;
  // Meta's agent is no person either: whoever complains gets one.
  if (kind === 'meta')
    return (
      judgeComplaint(input) ?? { verdict: 'silence', reasonCode: 'silence.meta', flip: 'owner=automation' }
    );
  const reasonCode = kind === 'unassigned' ? 'route.unassigned' : 'route.owner';
  return { verdict: 'human', reasonCode, flip: 'owner=automation' };
}

function judgePause(input: RouteInput): RouteFinding | null {
  const { pausedUntilMs, nowMs } = input;
  if (pausedUntilMs === null || nowMs >= pausedUntilMs || needsNothing(input)) return null;
  return { verdict: 'human', reasonCode: 'route.paused', flip: `now_ms>=${pausedUntilMs}` };
}

function judgeSilence(input: RouteInput): RouteFinding | null {
  if (!needsNothing(input)) return null;
  const reasonCode = input.turn.meaning === 'deferral' ? 'silence.deferred' : 'silence.completion';
  return { verdict: 'silence', reasonCode, flip: 'turn.meaning=needs_reply' };
}

function judgeIdentity(input: RouteInput): RouteFinding | null {
  if (input.identity.status !== 'ambiguous') return null;
  return { verdict: 'human', reasonCode: 'route.identity_ambiguous', flip: 'identity.candidates=1' };
}

function judgeComplaint(input: RouteInput): RouteFinding | null {
  if (!input.turn.evidence.includes('complaint')) return null;
  return { verdict: 'human', reasonCode: 'route.complaint', flip: 'complaint=false' };
}

function judgeOverride(input: RouteInput, urgency: Urgency): RouteFinding | null {
  if (input.routeOverride === null) return null;
  if (input.routeOverride === 'human')
    return { verdict: 'human', reasonCode: 'route.override', flip: 'route_override=null' };
  const automated = matchRule(input, urgency, true) ?? applyFallback(input);
  return automated.verdict === 'reply'
    ? { ...automated, flip: 'route_override=null' }
    : { verdict: 'human', reasonCode: 'route.override_without_text', flip: 'route_override=null' };
}
