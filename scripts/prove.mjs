import { parseArgs } from 'node:util';
import { PlainError, say, sayError } from './lib/console.mjs';
import { runTests } from './lib/run-tests.mjs';
import { totalsLine } from './lib/totals.mjs';

/** The large proofs: the same tests that `npm test` runs at one percent, at the size asked for. */
const PROOFS = {
  fuzz: { file: 'test/ingest/fuzz.test.ts', size: '100000', of: 'mutated bodies' },
  fence: { file: 'test/conversation/fence.test.ts', size: '10000', of: 'races' },
  api: { file: 'test/api/fuzz.test.ts', size: '50000', of: 'requests' },
  once: { file: 'test/conversation/once.test.ts', size: '1000', of: 'sends' },
};

// npm run prove:fuzz -- --size 100000 --seed 7
try {
  const [name = '', ...args] = process.argv.slice(2);
  const proof = PROOFS[name];
  if (proof === undefined) throw new PlainError(`name a proof: ${Object.keys(PROOFS).join(', ')}`);
  const { values } = parseArgs({
    args,
    options: { size: { type: 'string', default: proof.size }, seed: { type: 'string', default: '1' } },
  });
  for (const [option, value] of Object.entries(values))
    if (!/^\d{1,9}$/.test(value)) throw new PlainError(`--${option} must be a whole number`);
  process.env[`${name.toUpperCase()}_SIZE`] = values.size;
  process.env[`${name.toUpperCase()}_SEED`] = values.seed;
  const startedAtMs = Date.now();
  const totals = await runTests([proof.file]);
  say(`${values.size} ${proof.of}, seed ${values.seed}, ${Math.round((Date.now() - startedAtMs) / 1000)} s`);
  say(totalsLine(totals));
  process.exitCode = totals.failed === 0 ? 0 : 1;
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
