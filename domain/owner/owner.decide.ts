import { RULES_VERSION, ownerKind } from '../vocabulary';
import type { Owner, OwnerKind, Verdict } from '../vocabulary';
import { ownerOf } from './wheel';
import type { Wheel } from './wheel';

/**
 * What became known about who has the wheel: `echo` = somebody wrote on the phone app, `standby` = a message went to Meta's
 * own agent and we only listened, `delivery` = a buyer's message came to us, `own_echo` = what seemed to be written on the
 * phone app was ours, `moved` = something went over to another conversation, `joined` = two conversations are one.
 */
export type OwnerReport = 'echo' | 'standby' | 'delivery' | 'own_echo' | 'moved' | 'joined';

/** Everything that decides who owns a conversation after a report, which is noted in it; times in unix ms by the clock of WhatsApp. */
export type OwnerInput = Wheel & {
  readonly report: OwnerReport;
  readonly atMs: number;
  /** Who has it so far. */
  readonly owner: Owner;
};

export type OwnerVerdict = Verdict<OwnerKind | 'keep', OwnerInput> & {
  /** Who has it from now on. */
  readonly owner: Owner;
};

/**
 * Decides who owns a conversation after a report, so that the same reports in any order end with the same owner: the
 * newest thing that a person did holds, and Meta's agent has what no person has while WhatsApp passes messages to it.
 */
export function decideOwner(input: OwnerInput): OwnerVerdict {
  const owner = ownerOf(input);
  const isKept = owner === input.owner;
  const reasonCode = isKept ? reasonToKeep(input) : reasonToChange(input, owner);
  return {
    kind: 'owner',
    verdict: isKept ? 'keep' : ownerKind(owner),
    owner,
    reasonCode,
    reasons: [{ code: reasonCode }, { code: 'owner.report', detail: input.report }],
    inputs: input,
    runnerUp: isKept ? null : { verdict: 'keep', reasonCode: 'owner.unchanged' },
    flip: flipOf(input, owner),
    parameterVersion: RULES_VERSION,
  };
}

/** What was done on the phone app before the newest deed of people changes nothing. */
function reasonToKeep({ report, atMs, onPhone, ordered }: OwnerInput): string {
  const newestMs = Math.max(onPhone?.atMs ?? 0, ordered?.atMs ?? 0);
  return report === 'echo' && atMs < newestMs ? 'owner.older' : 'owner.unchanged';
}

function reasonToChange({ report, owner: before }: OwnerInput, owner: Owner): string {
  if (report === 'own_echo') return 'owner.own_echo';
  if (report === 'moved' && owner !== 'meta') return 'identity.moved';
  if (owner === 'phone') return 'owner.phone_echo';
  if (owner === 'meta') return 'owner.standby';
  if (before === 'meta') return 'owner.meta_ended';
  return owner === 'unassigned' ? 'owner.unanswered' : 'owner.answered';
}

/** The smallest change that would have led to another owner. */
function flipOf(input: OwnerInput, owner: Owner): string {
  if (owner === input.owner) return `owner!=${ownerKind(owner)}`;
  if (owner === 'phone') return `on_phone_at_ms<${input.ordered?.atMs ?? 0}`;
  if (owner === 'meta') return `standby_at_ms<${input.standbyAtMs ?? 0}`;
  return `on_phone_at_ms>${input.ordered?.atMs ?? input.unassignedAtMs ?? 0}`;
}
