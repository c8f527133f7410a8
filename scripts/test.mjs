import { say, sayError } from './lib/console.mjs';
import { runTests } from './lib/run-tests.mjs';
import { totalsLine } from './lib/totals.mjs';

// Arguments go on to jest: npm test -- test/unit, npm test -- -t 'a repeated webhook'.
try {
  const totals = await runTests(process.argv.slice(2));
  say(totalsLine(totals));
  process.exitCode = totals.failed === 0 ? 0 : 1;
} catch (error) {
  sayError(error);
  say(totalsLine({ passed: 0, failed: 1 }));
  process.exitCode = 1;
}
