import { ownerKind } from '../vocabulary';
import type { NumberMode, Owner, SendKind, SendStatus } from '../vocabulary';
import { isWaitingToLeave } from './send.state';
import { isWindowOpenAt } from './window';

/** Everything that decides whether a prepared message may leave now; read under the locks of buyer and conversation. */
export type ClaimFacts = {
  readonly kind: SendKind;
  readonly status: SendStatus;
  /** The only form that may leave outside the window. */
  readonly isTemplate: boolean;
  /** Why its template may not go to this buyer now; null = it may, or it is no template. */
  readonly templateRefusal: string | null;
  /** The owner at whose word a person's message is sent. */
  readonly author: string;
  /** A person set the time at which it leaves. */
  readonly isScheduled: boolean;
  /** A person approved a draft of automation. */
  readonly isApproved: boolean;
  readonly nowMs: number;
  readonly mode: NumberMode;
  /** A kill switch covers this message: of everything, of its number, or of the rule that ordered it. */
  readonly isSwitchedOff: boolean;
  readonly owner: Owner;
  readonly epochAtPreparation: number;
  readonly epochNow: number;
  readonly pausedUntilMs: number | null;
  readonly isOptedOut: boolean;
  /** WhatsApp could not deliver to the buyer, who has not written since. */
  readonly isUnreachable: boolean;
  /** A person ordered, with a reason, that this message leaves although the buyer opted out. */
  readonly overridesOptOut: boolean;
  readonly isNeverAutomated: boolean;
  readonly notBeforeMs: number | null;
  readonly notAfterMs: number | null;
  readonly windowClosesAtMs: number | null;
  /** Something came of the buyer, or of a person on the phone, that no turn has taken up yet. */
  readonly hasUnread: boolean;
  /** The buyer has written since this message was prepared. */
  readonly hasNewerInbound: boolean;
  /** Follow-ups already sent or under way since the buyer's last message, and how many are allowed. */
  readonly followUpsSinceInbound: number;
  readonly followUpsMax: number;
};

/** May it leave: now, never, or not yet. */
export type ClaimJudgement =
  | { readonly kind: 'go' }
  | { readonly kind: 'refuse'; readonly reasonCode: string }
  | { readonly kind: 'not_yet'; readonly atMs: number };

type Check = {
  readonly reasonCode: string;
  readonly refuses: (facts: ClaimFacts) => boolean;
};

/** These promise a person or confirm a fact, so a newer message that is understood does not make them wrong. */
export const ANSWERS_NOTHING: ReadonlySet<SendKind> = new Set<SendKind>([
  'assurance',
  'opt_out_confirmation',
]);

/** What stops every message, a person's too. */
const FOR_ALL: readonly Check[] = [
  { reasonCode: 'gate.status', refuses: (facts) => !isWaitingToLeave(facts.status) },
  { reasonCode: 'gate.opted_out', refuses: isOptedOutOf },
  {
    reasonCode: 'gate.window',
    refuses: (facts) => !facts.isTemplate && !isWindowOpenAt(facts.windowClosesAtMs, facts.nowMs),
  },
];

/** What stops a person's message only. */
const FOR_PEOPLE: readonly Check[] = [{ reasonCode: 'gate.other_agent', refuses: isOvertaken }];

/** Orders that come from HubSpot: a person asked once, and nobody watches what becomes of it. */
export const UNATTENDED_AUTHOR = 'agent:hubspot';

/** Whether nobody stands behind a message at the moment when it leaves, although no rule of ours ordered it. */
export function isUnattended(send: Pick<ClaimFacts, 'kind' | 'author'>): boolean {
  return send.kind === 'human' && send.author === UNATTENDED_AUTHOR;
}

/** What stops automation, and a message that nobody watches: nobody is there to see that it has become wrong. */
const FOR_AUTOMATION: readonly Check[] = [
  // Approved drafts, too: what people write themselves is all that leaves.
  { reasonCode: 'gate.switched_off', refuses: (facts) => facts.isSwitchedOff },
  { reasonCode: 'gate.mode', refuses: isForbiddenByMode },
  { reasonCode: 'gate.never_automate', refuses: (facts) => facts.isNeverAutomated },
  {
    reasonCode: 'gate.opted_in',
    refuses: (facts) => facts.kind === 'opt_out_confirmation' && !facts.isOptedOut,
  },
  { reasonCode: 'gate.owner', refuses: isOwnedByOther },
  {
    reasonCode: 'gate.epoch',
    refuses: (facts) => facts.epochNow !== facts.epochAtPreparation,
  },
  {
    reasonCode: 'gate.paused',
    refuses: (facts) => facts.pausedUntilMs !== null && facts.nowMs < facts.pausedUntilMs,
  },
  { reasonCode: 'gate.unreachable', refuses: (facts) => facts.isUnreachable },
  {
    reasonCode: 'gate.newer_message',
    refuses: isOutrun,
  },
  {
    reasonCode: 'gate.cap',
    refuses: (facts) => facts.kind === 'follow_up' && facts.followUpsSinceInbound >= facts.followUpsMax,
  },
  {
    reasonCode: 'gate.too_late',
    refuses: (facts) => facts.notAfterMs !== null && facts.nowMs > facts.notAfterMs,
  },
];

/**
 * Judges whether a send may be claimed. A person's message is checked for status, opt-out and window, and one that was
 * set for later also for whether its author was overtaken; all of it at its time, as the buyer may write before that.
 */
export function judgeClaim(facts: ClaimFacts): ClaimJudgement {
  const isHuman = facts.kind === 'human';
  const notYet = waitingTime(facts);
  if (isHuman && notYet !== null) return notYet;
  const reasonCode =
    firstRefusal(FOR_ALL, facts) ?? facts.templateRefusal ?? firstRefusal(checksFor(facts), facts);
  if (reasonCode !== null) return { kind: 'refuse', reasonCode };
  return notYet ?? { kind: 'go' };
}

function checksFor(facts: ClaimFacts): readonly Check[] {
  return facts.kind === 'human' && !isUnattended(facts) ? FOR_PEOPLE : FOR_AUTOMATION;
}

function firstRefusal(checks: readonly Check[], facts: ClaimFacts): string | null {
  return checks.find((one) => one.refuses(facts))?.reasonCode ?? null;
}

/** A template while no window is open: we write first, which Meta limits. */
export function isFirstContact(facts: ClaimFacts): boolean {
  return facts.isTemplate && !isWindowOpenAt(facts.windowClosesAtMs, facts.nowMs);
}

function waitingTime(facts: ClaimFacts): ClaimJudgement | null {
  const { notBeforeMs, nowMs, status } = facts;
  if (notBeforeMs === null || nowMs >= notBeforeMs || !isWaitingToLeave(status)) return null;
  return { kind: 'not_yet', atMs: notBeforeMs };
}

/** What nobody has read may be a wish to be left alone, which only the confirmation of such a wish need not heed. */
function isOutrun({ kind, hasUnread, hasNewerInbound }: ClaimFacts): boolean {
  if (hasUnread) return kind !== 'opt_out_confirmation';
  return hasNewerInbound && !ANSWERS_NOTHING.has(kind);
}

/** On a number in draft, only what a person approved leaves. */
function isForbiddenByMode(facts: ClaimFacts): boolean {
  return facts.mode !== 'live' && !(facts.mode === 'draft' && facts.isApproved);
}

/** The confirmation of an opt-out is exempt; so is a person's message that was ordered in spite of it. */
function isOptedOutOf(facts: ClaimFacts): boolean {
  return facts.isOptedOut && facts.kind !== 'opt_out_confirmation' && !facts.overridesOptOut;
}

function isOwnedByOther(facts: ClaimFacts): boolean {
  return !ownersFor(facts.kind).includes(facts.owner);
}

function ownersFor(kind: SendKind): readonly Owner[] {
  if (kind === 'assurance') return ['unassigned'];
  return kind === 'opt_out_confirmation' ? ['automation', 'unassigned'] : ['automation'];
}

/** Somebody else writes in the conversation now, so words of another day would come as a surprise. */
function isOvertaken(facts: ClaimFacts): boolean {
  const writesNow = ['agent', 'phone'].includes(ownerKind(facts.owner));
  return facts.isScheduled && writesNow && facts.owner !== facts.author;
}
