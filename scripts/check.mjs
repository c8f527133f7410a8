import { say, sayError } from './lib/console.mjs';
import { ensurePackages } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { runTests } from './lib/run-tests.mjs';
import { totalsLine } from './lib/totals.mjs';

// The quick ones first; the first one that fails ends the check.
const STEPS = [
  ['format', ['npx', '--no-install', 'prettier', '--check', '--log-level', 'warn', '.']],
  ['lint', ['npm', 'run', '--silent', 'lint']],
  ['types', ['npm', 'run', '--silent', 'types']],
  ['import rules', ['npm', 'run', '--silent', 'imports']],
  ['dead code', ['npm', 'run', '--silent', 'dead-code']],
];

async function check() {
  await ensurePackages();
  for (const [name, [command, ...args]] of STEPS) {
    say(`— ${name}`);
    const { ok, output } = await run(command, args, { cwd: ROOT, mayFail: true });
    if (ok) continue;
    say(output.trimEnd());
    say(`CHECK FAILED: ${name}`);
    return { passed: 0, failed: 1 };
  }
  say('— tests');
  return runTests([]);
}

try {
  const totals = await check();
  say(totalsLine(totals));
  process.exitCode = totals.failed === 0 ? 0 : 1;
} catch (error) {
  sayError(error);
  say(totalsLine({ passed: 0, failed: 1 }));
  process.exitCode = 1;
}
