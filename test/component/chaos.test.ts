import { Child } from '../support/child';
import { testAddress } from '../support/settings';
import { waitFor } from '../support/wait-for';

const MESSAGES = 30;
const PARTS = 5;
/** Only keeps the test from hanging: it takes about a minute on a quiet machine. */
const TIME_MS = 900_000;

let chaos: Child;
// What it has started it stops itself, also when it is told to end early.
afterAll(() => chaos.stop());

it(
  'with every part killed once while buyers write, all sides agree afterwards: nothing lost, doubled or out of order',
  async () => {
    // The command itself: `npm run chaos`, at small size.
    chaos = new Child({
      name: 'chaos',
      command: process.execPath,
      args: ['scripts/chaos.mjs', '--messages', String(MESSAGES), '--rounds', '1', '--seed', '7'],
      environment: {
        TEMPORAL_CLI_PATH: testAddress('TEST_TEMPORAL_CLI_PATH'),
        WORKFLOW_BUNDLE_FILE: testAddress('TEST_WORKFLOW_BUNDLE_FILE'),
      },
    });
    await waitFor(() => chaos.howItEnded() !== null, { what: 'the end of the chaos', timeoutMs: TIME_MS });
    const report = chaos.log();
    if (chaos.howItEnded() !== 'ended with exit code 0') throw new Error(report);
    expect(report.match(/kill -9 of/g)).toHaveLength(PARTS);
    expect(report).toContain(`${MESSAGES} taken by WhatsApp`);
    expect(report).toMatch(/✓ 0 lost/);
    expect(report).not.toContain('✗');
  },
  TIME_MS + 30_000,
);
