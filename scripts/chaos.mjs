import { parseArgs } from 'node:util';
import { PlainError, progress, say, sayError } from './lib/console.mjs';
import { withDemoHouse } from './lib/demo-house.mjs';

// npm run chaos -- [--messages 400] [--seed 1] [--rounds 4]
const DEFAULTS = { messages: '400', seed: '1', rounds: '4' };
/** Shorter than in production, so that a call that hangs is over within the run. */
const SETTINGS = { WHATSAPP_TIMEOUT_MS: '3000', HUBSPOT_TIMEOUT_MS: '3000' };

try {
  const options = optionsOf(process.argv.slice(2));
  process.exitCode = await withDemoHouse('chaos', (house) => play(house, options), { settings: SETTINGS });
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
process.exit();

function optionsOf(args) {
  try {
    const { values } = parseArgs({
      args,
      options: Object.fromEntries(
        Object.entries(DEFAULTS).map(([name, value]) => [name, { type: 'string', default: value }]),
      ),
    });
    for (const [name, value] of Object.entries(values))
      if (!/^[1-9]\d{0,6}$/.test(value)) throw new Error(`--${name} must be a whole number above 0`);
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  } catch (error) {
    throw new PlainError(`${error.message}\nUsage: npm run chaos -- [--messages N] [--seed S] [--rounds R]`);
  }
}

/** Lets buyers write while everything dies around them, waits for rest, and compares what all sides have noted. */
async function play(house, { messages, seed, rounds }) {
  const chaos = await import('./lib/chaos/index.mjs');
  const doors = chaos.doorsTo(house.ports);
  const plan = chaos.planOf({ messages, seed });
  const flow = new chaos.Flow({ messages, kills: rounds * chaos.PARTS.length });
  await chaos.prepareCounterparts({ doors, plan, seed });
  progress(`${plan.length} buyers write ${messages} messages; ${rounds} rounds of kills; seed ${seed}.`);
  const [seen, kills] = await Promise.all([
    chaos.playBuyers({ plan, doors, flow, seed }),
    chaos.conduct({ parts: house.parts, flow, rounds, seed }),
  ]);
  progress('All is said; the counterparts work again.');
  const { faults } = await doors.control('/faults');
  await doors.clearFaults();
  return await chaos.withDatabase(house.databaseUrl, async (database) => {
    const open = await chaos.untilAtRest({ database, doors });
    const evidence = await chaos.gatherEvidence({ house, database, doors, plan, seen, open });
    const checks = chaos.checksOf(evidence);
    const failed = chaos.report({ kills, faults, evidence, checks, seed, messages });
    say(`\n${checks.length - failed} comparisons true, ${failed} not`);
    return failed === 0 ? 0 : 1;
  });
}
