import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { progress, say, sayError, table } from './lib/console.mjs';
import { ensurePackages } from './lib/install.mjs';
import { anyFreePorts } from './lib/ports.mjs';
import { underSupervision } from './lib/start-run.mjs';
import { findTemporalCli } from './lib/temporal-cli.mjs';

// A database of its own, on ports of its own: a demo never meets the data of `npm start`, nor a DATABASE_URL.
const dataDir = mkdtempSync(join(tmpdir(), 'continuo-demo-'));
chmodSync(dataDir, 0o755); // Postgres may run as another user

async function work({ supervisor }) {
  await ensurePackages();
  const cliPath = await findTemporalCli();
  progress(`Temporal CLI: ${cliPath}`);
  const { addressesOf, openHouse } = await import('./lib/house.mjs');
  const { playMorning } = await import('./morning.mjs');
  const ports = await anyFreePorts(['api', 'temporal', 'temporalUi', 'simulator', 'postgres']);
  const house = await openHouse({ supervisor, cliPath, dataDir, ports });
  table(addressesOf(house));
  const { passed, failed } = await playMorning(house);
  say(failed === 0 ? `\n${passed} checks passed` : `\n${passed} checks passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

let isKept = false;
try {
  const exitCode = await underSupervision({ dataDir, work });
  process.exitCode = exitCode;
  isKept = exitCode !== 0;
} catch (error) {
  sayError(error);
  process.exitCode = 1;
  isKept = true;
}
if (isKept) say(`The logs of the parts are in ${join(dataDir, 'logs')}.`);
else rmSync(dataDir, { recursive: true, force: true });
process.exit();
