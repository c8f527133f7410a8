import { codeOf, lineOf } from './finding';
import type { Finding } from './finding';
import { examine } from './examine';

/** `npm run doctor`: looks at everything that must be right before a number is connected; exit code 1 = something is not. */
async function main(): Promise<void> {
  let wrongCount = 0;
  const say = (findings: readonly Finding[]): void => {
    for (const finding of findings) console.log(lineOf(finding));
    wrongCount += findings.filter(({ state }) => state === 'wrong').length;
  };
  await examine(process.env, say);
  console.log(wrongCount === 0 ? 'All is well.' : `${wrongCount} to be mended.`);
  process.exitCode = wrongCount === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(`The doctor could not finish: ${codeOf(error)}`);
  process.exit(1);
});
