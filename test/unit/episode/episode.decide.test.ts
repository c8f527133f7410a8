import fc from 'fast-check';
import { decideEpisode } from '../../../domain/episode/episode.decide';
import type { EpisodeInput } from '../../../domain/episode/episode.decide';

const LIMIT = 86_400_000;
const AT = 1_800_000_000_000;
const open = { id: 'e1', lastActivityAtMs: AT, closedAtMs: null };
const base: EpisodeInput = { messageAtMs: AT, current: open, quoted: null, idleLimitMs: LIMIT };

describe('the episode of a message', () => {
  it.each<[string, Partial<EpisodeInput>, string, string]>([
    ['the first message', { current: null }, 'open', 'episode.first'],
    ['a pause of exactly the idle limit', { messageAtMs: AT + LIMIT }, 'continue', 'episode.active'],
    ['a millisecond more', { messageAtMs: AT + LIMIT + 1 }, 'open', 'episode.idle'],
    [
      'a message older than the latest activity',
      { messageAtMs: AT - 5000 },
      'continue',
      'episode.out_of_order',
    ],
    [
      'a late quote of the current episode',
      { messageAtMs: AT + 2 * LIMIT, quoted: { episodeId: 'e1' } },
      'continue',
      'episode.quotes_current',
    ],
    [
      'a late quote of an older episode',
      { messageAtMs: AT + 2 * LIMIT, quoted: { episodeId: 'e0' } },
      'open',
      'episode.idle',
    ],
    ['a quote of an older episode in time', { quoted: { episodeId: 'e0' } }, 'continue', 'episode.active'],
    [
      'a message after the close',
      { messageAtMs: AT + 2, current: { ...open, closedAtMs: AT + 1 } },
      'open',
      'episode.after_close',
    ],
    [
      'a message of the second of the close',
      { messageAtMs: AT, current: { ...open, closedAtMs: AT + 700 } },
      'open',
      'episode.after_close',
    ],
    [
      'a quote of the closed episode',
      { current: { ...open, closedAtMs: AT }, quoted: { episodeId: 'e1' } },
      'open',
      'episode.after_close',
    ],
  ])('%s', (...[, change, verdict, reasonCode]) => {
    expect(decideEpisode({ ...base, ...change })).toMatchObject({ kind: 'episode', verdict, reasonCode });
  });

  it('says what would have flipped it, and that flips it', () => {
    const verdict = decideEpisode({ ...base, messageAtMs: AT + LIMIT + 5 });
    expect(verdict.flip).toBe(`idle_limit_ms>=${LIMIT + 5}`);
    expect(decideEpisode({ ...verdict.inputs, idleLimitMs: LIMIT + 5 }).verdict).toBe('continue');
  });

  it('can be computed again from its recorded inputs', () => {
    const time = fc.integer({ min: 0, max: 4 * LIMIT });
    fc.assert(
      fc.property(
        fc.tuple(time, time, fc.integer({ min: 1, max: LIMIT })),
        fc.option(time),
        (times, closedAtMs) => {
          const [messageAtMs, lastActivityAtMs, idleLimitMs] = times;
          const current = { id: 'e1', lastActivityAtMs, closedAtMs };
          const verdict = decideEpisode({ messageAtMs, current, quoted: null, idleLimitMs });
          const recorded = JSON.parse(JSON.stringify(verdict.inputs)) as EpisodeInput;
          expect(decideEpisode(recorded)).toEqual(verdict);
          expect(verdict.verdict === 'open').toBe(
            closedAtMs !== null || messageAtMs - lastActivityAtMs > idleLimitMs,
          );
        },
      ),
    );
  });
});
