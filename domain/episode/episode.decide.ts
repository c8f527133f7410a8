import { RULES_VERSION } from '../vocabulary';
import type { Reason, Verdict } from '../vocabulary';

/** The newest episode of a conversation, and how the new message stands to it. */
export type EpisodeInput = {
  readonly messageAtMs: number;
  readonly current: {
    readonly id: string;
    readonly lastActivityAtMs: number;
    readonly closedAtMs: number | null;
  } | null;
  /** The episode of the message that the buyer quoted. */
  readonly quoted: { readonly episodeId: string } | null;
  readonly idleLimitMs: number;
};

/** Whether a message opens an episode or continues the current one. */
export type EpisodeVerdict = Verdict<'open' | 'continue', EpisodeInput>;

type Finding = Pick<EpisodeVerdict, 'verdict' | 'reasonCode' | 'flip'>;

/** Decides whether a buyer's message opens an episode; a silence of exactly the idle limit still continues. */
export function decideEpisode(input: EpisodeInput): EpisodeVerdict {
  const { current, quoted } = input;
  const finding = find(input);
  const reasons: Reason[] = [{ code: finding.reasonCode }];
  if (current !== null) {
    reasons.push({ code: 'episode.gap_ms', detail: input.messageAtMs - current.lastActivityAtMs });
    reasons.push({ code: 'episode.idle_limit_ms', detail: input.idleLimitMs });
  }
  if (quoted !== null && quoted.episodeId !== current?.id) reasons.push({ code: 'episode.quoted_older' });
  return {
    kind: 'episode',
    ...finding,
    reasons,
    inputs: input,
    runnerUp: runnerUp(input, finding),
    parameterVersion: RULES_VERSION,
  };
}

function find(input: EpisodeInput): Finding {
  const { current, quoted, messageAtMs, idleLimitMs } = input;
  if (current === null) return { verdict: 'open', reasonCode: 'episode.first', flip: null };
  // Also for a message whose own time is not later: WhatsApp's times have whole seconds, a close has milliseconds.
  if (current.closedAtMs !== null)
    return { verdict: 'open', reasonCode: 'episode.after_close', flip: 'closed_at_ms=null' };
  const gapMs = messageAtMs - current.lastActivityAtMs;
  if (gapMs < 0)
    return { verdict: 'continue', reasonCode: 'episode.out_of_order', flip: `gap_ms>${idleLimitMs}` };
  if (gapMs <= idleLimitMs)
    return { verdict: 'continue', reasonCode: 'episode.active', flip: `idle_limit_ms<${gapMs}` };
  if (quoted?.episodeId === current.id)
    return { verdict: 'continue', reasonCode: 'episode.quotes_current', flip: 'quoted=null' };
  return { verdict: 'open', reasonCode: 'episode.idle', flip: `idle_limit_ms>=${gapMs}` };
}

function runnerUp(input: EpisodeInput, finding: Finding): EpisodeVerdict['runnerUp'] {
  if (input.current === null) return null;
  return finding.verdict === 'open'
    ? { verdict: 'continue', reasonCode: 'episode.active' }
    : { verdict: 'open', reasonCode: 'episode.idle' };
}
