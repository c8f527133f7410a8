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

/** What stops every message, a person's too. */
const FOR_ALL: readonly Check[] = [
  { reasonCode: 'gate.status', refuses: (facts) => facts.status !== 'planned' },
  { reasonCode: 'gate.opted_out', refuses: (facts) => facts.isOptedOut },
  {
    reasonCode: 'gate.window',
    refuses: (facts) => facts.windowClosesAtMs === null || facts.nowMs >= facts.windowClosesAtMs,
  },
];

/** What stops automation only. */
const FOR_AUTOMATION: readonly Check[] = [
  { reasonCode: 'gate.mode', refuses: (facts) => facts.mode !== 'live' },
  { reasonCode: 'gate.owner', refuses: isOwnedByOther },
  { reasonCode: 'gate.epoch', refuses: (facts) => facts.epochNow !== facts.epochAtPreparation },
  {
    reasonCode: 'gate.paused',
    refuses: (facts) => facts.pausedUntilMs !== null && facts.nowMs < facts.pausedUntilMs,
  },
  { reasonCode: 'gate.unreachable', refuses: (facts) => facts.isUnreachable },
  // An assurance promises a person and answers nothing, so a newer message does not make it wrong.
  {
    reasonCode: 'gate.newer_message',
    refuses: (facts) => facts.kind !== 'assurance' && facts.hasNewerInbound,
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

function isOwnedByOther(facts: ClaimFacts): boolean {
  const allowed: readonly Owner[] = facts.kind === 'assurance' ? ['unassigned'] : ['automation'];
  return !allowed.includes(facts.owner);
}
