import { RULES_VERSION, ownerKind } from '../vocabulary';
import type { Owner, OwnerKind, Verdict } from '../vocabulary';

/** Everything that decides whether a conversation goes back from the phone app; times in unix ms. */
export type ReturnInput = {
  readonly owner: Owner;
  readonly ownerAtMs: number | null;
  /** When the message was sent that was taken for a person's on the phone app and is none of this conversation's. */
  readonly atMs: number;
  /** Who had the conversation before the phone app took it over; null = nothing tells. */
  readonly before: { readonly owner: Owner; readonly ownerAtMs: number | null } | null;
  /** The newest other thing that a person did on the phone app here. */
  readonly otherAtMs: number | null;
  /** A person gave an order about the conversation since it was taken over. */
  readonly isOrderedSince: boolean;
};

export type ReturnVerdict = Verdict<OwnerKind | 'keep', ReturnInput> & {
  /** What the owner rests on from now on; null = as before. */
  readonly restsOn: { readonly owner: Owner; readonly ownerAtMs: number | null } | null;
};

/**
 * Decides who has a conversation once a message proves not to have been written on its phone app: whoever had it before,
 * unless a person has done anything since. A doubt leaves it with the people.
 */
export function decideReturn(input: ReturnInput, reasonCode: string): ReturnVerdict {
  const { before, otherAtMs } = input;
  const isResting = input.owner === 'phone' && input.ownerAtMs === input.atMs;
  if (!isResting || before === null || input.isOrderedSince) return keep(input, null);
  // Others have written on the phone app: it stays theirs, since their last word.
  if (otherAtMs !== null && (before.ownerAtMs === null || otherAtMs >= before.ownerAtMs))
    return keep(input, { owner: input.owner, ownerAtMs: otherAtMs });
  return {
    ...common(input),
    verdict: ownerKind(before.owner),
    reasonCode,
    reasons: [{ code: reasonCode }],
    runnerUp: { verdict: 'keep', reasonCode: 'owner.unchanged' },
    flip: `other_at_ms>=${before.ownerAtMs ?? 0}`,
    restsOn: before,
  };
}

function keep(input: ReturnInput, restsOn: ReturnVerdict['restsOn']): ReturnVerdict {
  const reasonCode = 'owner.unchanged';
  const reasons = [{ code: reasonCode }];
  return { ...common(input), verdict: 'keep', reasonCode, reasons, runnerUp: null, flip: null, restsOn };
}

function common(input: ReturnInput): Pick<ReturnVerdict, 'kind' | 'inputs' | 'parameterVersion'> {
  return { kind: 'owner', inputs: input, parameterVersion: RULES_VERSION };
}
