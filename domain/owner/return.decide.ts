import { RULES_VERSION, ownerKind } from '../vocabulary';
import type { Owner, OwnerKind, Verdict } from '../vocabulary';

/** Who had a conversation, and since which deed of a person. */
export type OwnerBefore = { readonly owner: Owner; readonly ownerAtMs: number | null };

/** Everything that decides who has a conversation without a message of its phone app; times in unix ms. */
export type ReturnInput = OwnerBefore & {
  /** When the message took effect that was taken for a person's on the phone app and is none of this conversation's. */
  readonly effectAtMs: number;
  /** Who had the conversation before, or got it by a later word on the phone; null = nothing tells. */
  readonly before: OwnerBefore | null;
  /** The newest other thing that a person did on the phone app here, and that took it over. */
  readonly otherAtMs: number | null;
  /** A person gave an order about the conversation since it was taken over. */
  readonly isOrderedSince: boolean;
};

export type ReturnVerdict = Verdict<OwnerKind | 'keep', ReturnInput> & {
  /** What the owner rests on from now on; null = as before. */
  readonly restsOn: OwnerBefore | null;
};

/**
 * Decides who has a conversation once a message proves not to have been written on its phone app: whoever had it before,
 * unless a person has done anything since. A doubt leaves it with the people.
 */
export function decideReturn(input: ReturnInput, reasonCode: string): ReturnVerdict {
  const { before, otherAtMs } = input;
  const isResting = ['phone', 'automation'].includes(input.owner) && input.ownerAtMs === input.effectAtMs;
  if (!isResting || before === null || input.isOrderedSince) return keep(input, null);
  const isOnPhone = isPhoneNewer(otherAtMs, before.ownerAtMs);
  const restsOn: OwnerBefore = isOnPhone ? { owner: 'phone', ownerAtMs: otherAtMs } : before;
  if (restsOn.owner === input.owner) return keep(input, restsOn);
  return {
    ...common(input),
    verdict: ownerKind(restsOn.owner),
    reasonCode,
    reasons: [{ code: reasonCode }],
    runnerUp: { verdict: 'keep', reasonCode: 'owner.unchanged' },
    flip: `other_at_ms${isOnPhone ? '<' : '>='}${before.ownerAtMs ?? 0}`,
    restsOn,
  };
}

/** Others have written on the phone app: it is theirs, since their last word. */
function isPhoneNewer(otherAtMs: number | null, ownerAtMs: number | null): boolean {
  return otherAtMs !== null && (ownerAtMs === null || otherAtMs >= ownerAtMs);
}

function keep(input: ReturnInput, restsOn: OwnerBefore | null): ReturnVerdict {
  const reasonCode = 'owner.unchanged';
  const reasons = [{ code: reasonCode }];
  return { ...common(input), verdict: 'keep', reasonCode, reasons, runnerUp: null, flip: null, restsOn };
}

function common(input: ReturnInput): Pick<ReturnVerdict, 'kind' | 'inputs' | 'parameterVersion'> {
  return { kind: 'owner', inputs: input, parameterVersion: RULES_VERSION };
}
