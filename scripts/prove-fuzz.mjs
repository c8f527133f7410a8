import { parseArgs } from 'node:util';
import { say, sayError } from './lib/console.mjs';
import { runTests } from './lib/run-tests.mjs';
import { totalsLine } from './lib/totals.mjs';

// npm run prove:fuzz -- --size 100000 --seed 7
try {
  const { values } = parseArgs({
    options: { size: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
  });
  for (const [name, value] of Object.entries(values))
    if (!/^\d{1,9}$/.test(value)) throw new Error(`--${name} must be a whole number`);
  process.env['FUZZ_SIZE'] = values.size;
  process.env['FUZZ_SEED'] = values.seed;
  const startedAtMs = Date.now();
  const totals = await runTests(['test/ingest/fuzz.test.ts']);
  say(`${values.size} bodies, seed ${values.seed}, ${Math.round((Date.now() - startedAtMs) / 1000)} s`);
  say(totalsLine(totals));
  process.exitCode = totals.failed === 0 ? 0 : 1;
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
