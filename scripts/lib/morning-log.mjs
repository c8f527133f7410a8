import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { playMorning } from '../morning.mjs';
import { progress, say } from './console.mjs';
import { DATA_DIR } from './paths.mjs';

const LOG = join(DATA_DIR, 'morning.json');

/** Plays the morning unless these data have seen it; each further one has new buyers. Says whether it was played. */
export async function playMorningOnce(house, { again }) {
  const played = roundsPlayed(house.databaseUrl);
  if (played > 0 && !again) {
    progress('The morning was played on these data before. Play another one: npm start -- --again');
    return false;
  }
  const { passed, failed } = await playMorning(house, { round: played });
  say();
  progress(
    failed === 0
      ? `The morning went as it should: ${passed} checks passed.`
      : `${failed} of ${passed + failed} checks failed; see above.`,
  );
  mkdirSync(dirname(LOG), { recursive: true });
  writeFileSync(LOG, JSON.stringify({ database: nameOf(house.databaseUrl), rounds: played + 1 }));
  return true;
}

function roundsPlayed(databaseUrl) {
  try {
    const log = JSON.parse(readFileSync(LOG, 'utf8'));
    return log.database === nameOf(databaseUrl) ? log.rounds : 0;
  } catch {
    return 0;
  }
}

/** Embedded Postgres may get another port each time: only a database of the user's own is told apart by its address. */
function nameOf(databaseUrl) {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return process.env.DATABASE_URL ? `${hostname}:${port}${pathname}` : 'embedded';
}
