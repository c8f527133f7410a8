import type { WaitState } from './reply-model';
import { endOfWait, HORIZON_MS, isSameBurst, waitState } from './wait';
import type { WaitEnd } from './wait';

/** A message of either side as the counting of waits sees it. */
export type Said = {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly atMs: number;
  readonly isImported: boolean;
};

/** A wait that began with an imported message of ours and is over. */
export type HistoryWait = {
  readonly messageId: string;
  readonly startedAtMs: number;
  readonly state: WaitState;
  readonly end: WaitEnd;
};

/** The waits of imported history that are over, and until when the one that still runs lasts at most; null = none runs. */
export type HistoryWaits = { readonly ended: readonly HistoryWait[]; readonly runsUntilMs: number | null };

type Open = { readonly messageId: string; readonly startedAtMs: number; readonly state: WaitState };

type Walk = {
  readonly ended: HistoryWait[];
  readonly open: Open | null;
  readonly lastInboundAtMs: number | null;
  /** A silence that is counted as it happens: the history must not count it a second time. */
  readonly liveSinceMs: number | null;
};

/**
 * The waits of the imported messages of a conversation, found from all of its messages in the order in which they were
 * sent. The same messages give the same waits, whatever order they were imported in.
 */
export function waitsOfHistory(said: readonly Said[], nowMs: number): HistoryWaits {
  const start: Walk = { ended: [], open: null, lastInboundAtMs: null, liveSinceMs: null };
  const { ended, open } = said.reduce(step, start);
  if (open === null) return { ended, runsUntilMs: null };
  const horizonAtMs = open.startedAtMs + HORIZON_MS;
  if (nowMs < horizonAtMs) return { ended, runsUntilMs: horizonAtMs };
  return {
    ended: [...ended, { ...open, end: endOfWait(open, { by: 'horizon', atMs: horizonAtMs }) }],
    runsUntilMs: null,
  };
}

function step(walk: Walk, said: Said): Walk {
  if (said.direction === 'inbound') {
    end(walk, { by: 'reply', atMs: said.atMs });
    return {
      ...walk,
      open: null,
      lastInboundAtMs: said.atMs,
      liveSinceMs: said.isImported ? walk.liveSinceMs : null,
    };
  }
  // A burst is one wait, from its last message.
  const isBurst =
    walk.open !== null &&
    isSameBurst({ previousAtMs: walk.open.startedAtMs, nextAtMs: said.atMs, hasInboundBetween: false });
  if (!isBurst) end(walk, { by: 'our_message', atMs: said.atMs });
  if (!said.isImported) return { ...walk, open: null, liveSinceMs: said.atMs };
  return { ...walk, open: isCountedLive(walk, said) ? null : begin(walk, said) };
}

function end(walk: Walk, by: WaitEnd): void {
  if (walk.open !== null) walk.ended.push({ ...walk.open, end: endOfWait(walk.open, by) });
}

function begin(walk: Walk, said: Said): Open {
  const gapMs = walk.lastInboundAtMs === null ? null : said.atMs - walk.lastInboundAtMs;
  return { messageId: said.id, startedAtMs: said.atMs, state: waitState(gapMs) };
}

function isCountedLive(walk: Walk, said: Said): boolean {
  return walk.liveSinceMs !== null && said.atMs - walk.liveSinceMs <= HORIZON_MS;
}
