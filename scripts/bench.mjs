import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { sayError } from './lib/console.mjs';
import { ROOT } from './lib/paths.mjs';
import { withThrowawayDatabase } from './lib/throwaway.mjs';

try {
  process.exitCode = await withThrowawayDatabase('continuo_bench', async (url) => {
    const bench = spawn(process.execPath, ['--import', 'tsx', 'bench/turn-cost.ts'], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, DATABASE_URL: url },
    });
    const [code] = await once(bench, 'exit');
    return code ?? 1;
  });
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
