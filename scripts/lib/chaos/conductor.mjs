import { setTimeout as sleep } from 'node:timers/promises';
import { progress } from '../console.mjs';
import { createChance } from './chance.mjs';

export const PARTS = ['worker', 'api', 'temporal', 'postgres', 'simulator'];

/** A part is down for a moment, as under a supervisor, or for longer, as while somebody looks. */
const DOWN_MS = { short: [0, 300], long: [1_000, 4_000] };

/** Kills one part after the other, each once in a round, at seeded moments of the flow; gives what was killed when. */
export async function conduct({ parts, flow, rounds, seed }) {
  const chance = createChance(seed, 'conductor');
  const startedAtMs = Date.now();
  const kills = [];
  for (let round = 1; round <= rounds; round += 1)
    for (const name of chance.shuffled(PARTS)) {
      await flow.reaches(0.1 + 0.8 * chance.share());
      await sleep(chance.whole(0, 400));
      const kill = { round, name, atMs: Date.now() - startedAtMs, said: flow.said };
      await parts.kill9(name);
      flow.wasKilled();
      await sleep(chance.whole(...DOWN_MS[chance.happens(0.5) ? 'short' : 'long']));
      await parts.start(name);
      kills.push({ ...kill, awayMs: Date.now() - startedAtMs - kill.atMs });
      progress(
        `kill -9 of ${name} after ${kill.said} messages; ready again after ${(kills.at(-1).awayMs / 1000).toFixed(1)} s.`,
      );
    }
  return kills;
}
