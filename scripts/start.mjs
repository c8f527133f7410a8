import { PlainError, progress, say, sayError, table } from './lib/console.mjs';
import { ensurePackages } from './lib/install.mjs';
import { DATA_DIR } from './lib/paths.mjs';
import { findPort } from './lib/ports.mjs';
import { underSupervision } from './lib/start-run.mjs';
import { findTemporalCli } from './lib/temporal-cli.mjs';

const PREFERRED_PORTS = { api: 3000, temporal: 7233, temporalUi: 8233, simulator: 4010, postgres: 5433 };
const ARGUMENTS = ['--again', '--no-morning'];

/** Everything up, the morning played once, then up until somebody ends it. */
async function work({ supervisor, runFile }) {
  await ensurePackages();
  const cliPath = await findTemporalCli();
  progress(`Temporal CLI: ${cliPath}`);
  const { addressesOf, openHouse } = await import('./lib/house.mjs');
  const { playMorningOnce } = await import('./lib/morning-log.mjs');
  const ports = await choosePorts();
  const house = await openHouse({
    supervisor,
    cliPath,
    dataDir: DATA_DIR,
    ports,
    databaseUrl: process.env.DATABASE_URL || null,
  });
  runFile.note({ addresses: addressesOf(house) });
  const showAddresses = () => {
    say();
    table(addressesOf(house));
    say();
  };
  progress('Everything is ready.');
  showAddresses();
  if (
    !process.argv.includes('--no-morning') &&
    (await playMorningOnce(house, { again: process.argv.includes('--again') }))
  )
    showAddresses();
  progress('Up until Ctrl-C.');
  return new Promise(() => {});
}

async function choosePorts() {
  const taken = new Set();
  const ports = {};
  for (const [name, usual] of Object.entries(PREFERRED_PORTS)) {
    const preferred = name === 'api' && process.env.API_PORT ? Number(process.env.API_PORT) : usual;
    ports[name] = await findPort(preferred, taken);
    if (ports[name] !== preferred) progress(`Port ${preferred} is busy: ${name} takes ${ports[name]}.`);
  }
  return ports;
}

try {
  const unknown = process.argv.slice(2).filter((argument) => !ARGUMENTS.includes(argument));
  if (unknown.length > 0)
    throw new PlainError(`Unknown: ${unknown.join(' ')}. Known: ${ARGUMENTS.join(', ')}.`);
  process.exitCode = await underSupervision({ dataDir: DATA_DIR, work });
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
process.exit();
