import type { NumberMode, Owner, SendKind, SendStatus } from '../vocabulary';

/** Everything that decides whether a prepared message may leave now; read under the locks of buyer and conversation. */
export type ClaimFacts = {
  readonly kind: SendKind;
  readonly status: SendStatus;
  readonly nowMs: number;
  readonly mode: NumberMode;
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

type Check = { readonly reasonCode: string; readonly refuses: (facts: ClaimFacts) => boolean };

/** These promise a person or confirm a fact, so a newer message does not make them wrong. */
const ANSWERS_NOTHING: ReadonlySet<SendKind> = new Set<SendKind>(['assurance', 'opt_out_confirmation']);

/** What stops every message, a person's too. */
const FOR_ALL: readonly Check[] = [
  { reasonCode: 'gate.status', refuses: (facts) => facts.status !== 'planned' },
  { reasonCode: 'gate.opted_out', refuses: isOptedOutOf },
  {
    reasonCode: 'gate.window',
    refuses: (facts) => facts.windowClosesAtMs === null || facts.nowMs >= facts.windowClosesAtMs,
  },
];

/** What stops automation only. */
const FOR_AUTOMATION: readonly Check[] = [
  { reasonCode: 'gate.mode', refuses: (facts) => facts.mode !== 'live' },
  { reasonCode: 'gate.never_automate', refuses: (facts) => facts.isNeverAutomated },
  { reasonCode: 'gate.owner', refuses: isOwnedByOther },
  { reasonCode: 'gate.epoch', refuses: (facts) => facts.epochNow !== facts.epochAtPreparation },
  {
    reasonCode: 'gate.paused',
    refuses: (facts) => facts.pausedUntilMs !== null && facts.nowMs < facts.pausedUntilMs,
  },
  { reasonCode: 'gate.unreachable', refuses: (facts) => facts.isUnreachable },
  {
    reasonCode: 'gate.newer_message',
    refuses: (facts) => !ANSWERS_NOTHING.has(facts.kind) && facts.hasNewerInbound,
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

/** Judges whether a send may be claimed; a person's message is checked for status, opt-out and window only. */
export function judgeClaim(facts: ClaimFacts): ClaimJudgement {
  const checks = facts.kind === 'human' ? FOR_ALL : [...FOR_ALL, ...FOR_AUTOMATION];
  const failed = checks.find((check) => check.refuses(facts));
  if (failed !== undefined) return { kind: 'refuse', reasonCode: failed.reasonCode };
  if (facts.kind !== 'human' && facts.notBeforeMs !== null && facts.nowMs < facts.notBeforeMs)
    return { kind: 'not_yet', atMs: facts.notBeforeMs };
  return { kind: 'go' };
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
