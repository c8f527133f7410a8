/*
 * When a message may leave: limits of Meta that we keep ourselves, so that a refusal is the exception.
 *
 * Number: each send takes a slot, in the order of asking. A conversation has one send under way, so it holds one place
 * in that line whatever it has planned: a flood in one conversation delays the others by one slot a round.
 * Number and buyer: Meta lets so many messages out at once, borrowed from the allowance of the time to come.
 */

/** Meta's allowance of one number towards one buyer: one message in six seconds. */
const PAIR_INTERVAL_MS = 6_000;
/** So many at once, to be paid back by silence. */
const PAIR_BURST = 45;
/** Once the burst is used up, a wait is a little longer than Meta's, so that the network's jitter never tips the scale. */
const PAIR_MARGIN_MS = 250;

/** Messages in a second that Meta allows a number; a number that is also used on the phone app has 20. */
export const MESSAGES_PER_SECOND_DEFAULT = 80;
/**
 * Meta counts incoming messages too, and any second, not ours. A burst of a tenth and a steady eight tenths add up to
 * nine tenths in any second; the rest is for what buyers write.
 */
const BURST_SHARE = 0.1;
const STEADY_SHARE = 0.8;
/** A slot lapses: after an outage all of them would be in the past and everything would leave at once. */
const SLOT_VALID_MS = 5_000;
/** A number that Meta has slowed still sends so often, so that one success can end it. */
const SLOWED_SPACING_MAX_MS = 250;

/** What a channel (a number, or the app) says; times in unix ms. */
type ChannelState = {
  readonly stoppedReason: string | null;
  readonly notBeforeMs: number | null;
  readonly backOffLevel: number;
};

/** Everything that decides when a message may leave, read under the lock of the number's channel. */
export type PaceFacts = {
  readonly nowMs: number;
  readonly app: ChannelState;
  readonly number: ChannelState & {
    readonly nextSlotAtMs: number | null;
    readonly messagesPerSecond: number;
  };
  readonly recipient: { readonly notBeforeMs: number | null; readonly borrowedUntilMs: number | null };
  /** The slot that this send has already. */
  readonly slotAtMs: number | null;
};

/** When a message may leave, and what that takes from the allowances. */
export type PaceJudgement =
  | { readonly kind: 'go'; readonly nextSlotAtMs: number | null; readonly borrowedUntilMs: number }
  /** Only a person changes that. */
  | { readonly kind: 'stopped'; readonly reasonCode: 'gate.stopped' }
  | {
      readonly kind: 'hold_recipient';
      readonly reasonCode: 'gate.recipient_held' | 'gate.pair_limit';
      readonly atMs: number;
    }
  | {
      readonly kind: 'take_slot';
      readonly reasonCode: 'gate.backed_off' | 'gate.throughput';
      readonly atMs: number;
      readonly nextSlotAtMs: number | null;
    };

/** Judges when a message that may leave does. */
export function judgePace(facts: PaceFacts): PaceJudgement {
  if (facts.app.stoppedReason !== null || facts.number.stoppedReason !== null)
    return { kind: 'stopped', reasonCode: 'gate.stopped' };
  const held = facts.recipient.notBeforeMs ?? 0;
  if (held > facts.nowMs) return { kind: 'hold_recipient', reasonCode: 'gate.recipient_held', atMs: held };
  const freeAtMs = pairFreeAt(facts.recipient.borrowedUntilMs);
  if (freeAtMs > facts.nowMs)
    return { kind: 'hold_recipient', reasonCode: 'gate.pair_limit', atMs: freeAtMs + PAIR_MARGIN_MS };
  return judgeSlot(facts);
}

function pairFreeAt(borrowedUntilMs: number | null): number {
  return (borrowedUntilMs ?? 0) - (PAIR_BURST - 1) * PAIR_INTERVAL_MS;
}

function judgeSlot(facts: PaceFacts): PaceJudgement {
  const { nowMs } = facts;
  const backedOffUntilMs = Math.max(facts.app.notBeforeMs ?? 0, facts.number.notBeforeMs ?? 0);
  const own = ownSlot(facts, backedOffUntilMs);
  const slot = own ?? nextSlot(facts, backedOffUntilMs);
  if (slot.atMs <= nowMs)
    return {
      kind: 'go',
      nextSlotAtMs: slot.nextSlotAtMs,
      borrowedUntilMs: Math.max(nowMs, facts.recipient.borrowedUntilMs ?? 0) + PAIR_INTERVAL_MS,
    };
  const reasonCode = backedOffUntilMs > nowMs ? 'gate.backed_off' : 'gate.throughput';
  return { kind: 'take_slot', reasonCode, ...slot };
}

type Slot = { readonly atMs: number; readonly nextSlotAtMs: number | null };

/** The slot taken before, unless it lapsed or the channel was backed off beyond it since. */
function ownSlot(facts: PaceFacts, backedOffUntilMs: number): Slot | null {
  const { slotAtMs, nowMs } = facts;
  if (slotAtMs === null || slotAtMs < backedOffUntilMs || slotAtMs + SLOT_VALID_MS < nowMs) return null;
  return { atMs: slotAtMs, nextSlotAtMs: facts.number.nextSlotAtMs };
}

/** The next free place in the line; slots of a burst are given out ahead of their time. */
function nextSlot(facts: PaceFacts, backedOffUntilMs: number): Slot {
  const { messagesPerSecond } = facts.number;
  const level = Math.max(facts.app.backOffLevel, facts.number.backOffLevel);
  const steadyMs = 1_000 / (messagesPerSecond * STEADY_SHARE);
  const spacingMs = level === 0 ? steadyMs : slowed(steadyMs, level);
  // No bursts while Meta holds the number back.
  const burst = level === 0 ? Math.max(1, Math.floor(messagesPerSecond * BURST_SHARE)) : 1;
  const fromMs = Math.max(facts.nowMs, backedOffUntilMs);
  const lineEndMs = Math.max(fromMs, facts.number.nextSlotAtMs ?? 0);
  return {
    atMs: Math.max(fromMs, Math.ceil(lineEndMs - (burst - 1) * spacingMs)),
    nextSlotAtMs: lineEndMs + spacingMs,
  };
}

function slowed(steadyMs: number, level: number): number {
  return Math.max(steadyMs, Math.min(steadyMs * 2 ** level, SLOWED_SPACING_MAX_MS));
}
