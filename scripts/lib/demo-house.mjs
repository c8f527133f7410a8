import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { progress, say, table } from './console.mjs';
import { ensurePackages } from './install.mjs';
import { anyFreePorts } from './ports.mjs';
import { underSupervision } from './start-run.mjs';
import { findTemporalCli } from './temporal-cli.mjs';

/**
 * Opens a house on fresh data and ports of its own, which never meets the data of `npm start` nor a DATABASE_URL, lets
 * `work` play in it, and throws it away; data and logs stay when it did not go well. Gives the exit code.
 */
export async function withDemoHouse(name, work, { settings = {} } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), `continuo-${name}-`));
  chmodSync(dataDir, 0o755); // Postgres may run as another user
  let exitCode = 1;
  try {
    exitCode = await underSupervision({
      dataDir,
      work: async ({ supervisor }) => {
        await ensurePackages();
        const cliPath = await findTemporalCli();
        progress(`Temporal CLI: ${cliPath}`);
        const { addressesOf, openHouse } = await import('./house.mjs');
        const ports = await anyFreePorts(['api', 'temporal', 'temporalUi', 'simulator', 'postgres']);
        const house = await openHouse({ supervisor, cliPath, dataDir, ports, settings });
        table(addressesOf(house));
        return await work(house);
      },
    });
    return exitCode;
  } finally {
    if (exitCode === 0) rmSync(dataDir, { recursive: true, force: true });
    else say(`The data of the parts are in ${dataDir}, their logs in ${join(dataDir, 'logs')}.`);
  }
}
