import type { Rule, RuleThen, RuleWhen } from '../policy/policy';
import type { RouteFinding, RouteInput } from './route.input';

/** Whether an intent of a rule covers a code: equal, or a whole part in front (`question` covers `question.mark`). */
export function intentCovers(intent: string, code: string): boolean {
  return code === intent || code.startsWith(`${intent}.`);
}

/** The first rule that matches and may act here; `onlyAutomation` skips rules that ask for a person. */
export function matchRule(input: RouteInput, urgency: number, onlyAutomation: boolean): RouteFinding | null {
  const rule = input.policy.rules.find(
    (candidate) =>
      matches(candidate.when, input, urgency) && (!onlyAutomation || candidate.then.by === 'automation'),
  );
  if (rule === undefined) return null;
  return apply(rule, input);
}

/** What happens when no rule matched. */
export function applyFallback(input: RouteInput): RouteFinding {
  return order(input.policy.fallback, input, { reasonCode: 'route.fallback', flip: 'rules_matching>=1' });
}

function apply(rule: Rule, input: RouteInput): RouteFinding {
  const finding = order(rule.then, input, { reasonCode: 'route.rule', flip: `rule_matches=false` });
  return { ...finding, ruleName: rule.name };
}

function order(
  then: RuleThen,
  input: RouteInput,
  because: { reasonCode: string; flip: string },
): RouteFinding {
  if (then.by === 'human') return { verdict: 'human', ...because };
  // The policy's check makes sure of a reply; a stored older document without one goes to a person.
  if (then.reply === undefined)
    return { verdict: 'human', reasonCode: 'route.no_reply_text', flip: 'reply_text=present' };
  return {
    verdict: 'reply',
    reasonCode: `reply.${input.turn.code}`,
    flip: because.flip,
    reply: then.reply,
  };
}

function matches(when: RuleWhen, input: RouteInput, urgency: number): boolean {
  const { turn, identity, context } = input;
  return (
    allows(when.intents, (intent) => intentsOf(turn).some((code) => intentCovers(intent, code))) &&
    allows(when.identity, (status) => status === identity.status) &&
    allows(when.deal_stages, (stage) => stage === context.dealStage) &&
    isEqual(when.has_open_deal, context.hasOpenDeal) &&
    isEqual(when.first_contact, context.firstContact) &&
    urgency >= (when.urgency_min ?? 0)
  );
}

/** Courtesies and doubts are what a turn is about only when it holds nothing else. */
const ONLY_ALONE = new Set(['greeting', 'closing.words', 'ack.answer', 'ack.completion', 'undecided']);

/** What a rule may ask for: what the turn is about, and whatever else was seen in it. */
function intentsOf(turn: RouteInput['turn']): string[] {
  return [turn.code, ...turn.evidence.filter((code) => !ONLY_ALONE.has(code))];
}

function allows<T>(wanted: readonly T[] | undefined, fits: (one: T) => boolean): boolean {
  return wanted === undefined || wanted.some(fits);
}

function isEqual(wanted: boolean | undefined, actual: boolean): boolean {
  return wanted === undefined || wanted === actual;
}
