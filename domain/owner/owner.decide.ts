import { RULES_VERSION, ownerKind } from '../vocabulary';
import type { Owner, Verdict } from '../vocabulary';

/**
 * What a webhook tells about who has the wheel: `echo` = somebody wrote on the phone app, `standby` = a message went to
 * Meta's own agent and we only listened, `delivery` = a buyer's message came to us.
 */
export type OwnerReport = 'echo' | 'standby' | 'delivery';

/** Everything that decides who owns a conversation after a report; times in unix ms by the clock of WhatsApp. */
export type OwnerInput = {
  readonly report: OwnerReport;
  readonly atMs: number;
  readonly owner: Owner;
  /** The newest thing a person did that decides about the owner; null = nobody did anything yet. */
  readonly ownerAtMs: number | null;
  /** The newest message that Meta's agent had. */
  readonly standbyAtMs: number | null;
  /** The newest message of the buyer that came to us. */
  readonly deliveredAtMs: number | null;
};

export type OwnerVerdict = Verdict<'phone' | 'meta' | 'automation' | 'keep', OwnerInput>;

type Finding = Pick<OwnerVerdict, 'verdict' | 'reasonCode' | 'flip'>;

/**
 * Decides who owns a conversation after a report, so that the same reports in any order end with the same owner: the
 * newest thing that a person did holds, and Meta's agent has what no person has while WhatsApp passes messages to it.
 */
export function decideOwner(input: OwnerInput): OwnerVerdict {
  const finding = judge(input);
  return {
    kind: 'owner',
    ...finding,
    reasons: [{ code: finding.reasonCode }, { code: 'owner.report', detail: input.report }],
    inputs: input,
    runnerUp: finding.verdict === 'keep' ? null : { verdict: 'keep', reasonCode: 'owner.unchanged' },
    parameterVersion: RULES_VERSION,
  };
}

/** Whether a person did something on the phone that is not older than what a person did before. */
export function isNewest(atMs: number, ownerAtMs: number | null): boolean {
  return ownerAtMs === null || atMs >= ownerAtMs;
}

/** Whether WhatsApp passes this conversation's messages to Meta's agent. */
function isWithMeta(input: Pick<OwnerInput, 'ownerAtMs' | 'standbyAtMs' | 'deliveredAtMs'>): boolean {
  const { standbyAtMs, deliveredAtMs, ownerAtMs } = input;
  if (standbyAtMs === null || !isNewest(standbyAtMs, ownerAtMs)) return false;
  // Within one second nothing tells which came later: then nothing automated is sent.
  return deliveredAtMs === null || deliveredAtMs <= standbyAtMs;
}

function judge(input: OwnerInput): Finding {
  if (input.report === 'echo') return judgeEcho(input);
  const kind = ownerKind(input.owner);
  if (kind === 'agent' || kind === 'phone') return keep(input.owner);
  if (isWithMeta(input))
    return kind === 'meta'
      ? keep(input.owner)
      : { verdict: 'meta', reasonCode: 'owner.standby', flip: `standby_at_ms<${input.standbyAtMs ?? 0}` };
  if (kind !== 'meta') return keep(input.owner);
  return { verdict: 'automation', reasonCode: 'owner.meta_ended', flip: 'report=standby' };
}

function judgeEcho(input: OwnerInput): Finding {
  if (!isNewest(input.atMs, input.ownerAtMs))
    return { verdict: 'keep', reasonCode: 'owner.older', flip: `at_ms>=${input.ownerAtMs ?? 0}` };
  if (input.owner === 'phone') return keep(input.owner);
  return { verdict: 'phone', reasonCode: 'owner.phone_echo', flip: `at_ms<${input.ownerAtMs ?? 0}` };
}

function keep(owner: Owner): Finding {
  return { verdict: 'keep', reasonCode: 'owner.unchanged', flip: `owner!=${ownerKind(owner)}` };
}
