import { say, sayError } from './lib/console.mjs';
import { withDemoHouse } from './lib/demo-house.mjs';

try {
  process.exitCode = await withDemoHouse('demo', async (house) => {
    const { playMorning } = await import('./morning.mjs');
    const { passed, failed } = await playMorning(house);
    say(failed === 0 ? `\n${passed} checks passed` : `\n${passed} checks passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  });
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
process.exit();
