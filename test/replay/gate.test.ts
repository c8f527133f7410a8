import { installQuietRuntime } from '../workflow/stage';
import { bundleChanged } from './changed-workflows';
import { replayHistory } from './replay-history';
import { storedHistories } from './stored-histories';

const CHANGES: [change: string, from: string, to: string][] = [
  [
    'another order of activities',
    'await store.reconstructContext({ turnId });\n  const { sendId, heldUntilMs } = await store.decideRoute({ turnId });',
    'const { sendId, heldUntilMs } = await store.decideRoute({ turnId });\n  await store.reconstructContext({ turnId });',
  ],
  [
    'a timer where there was none',
    'await store.reconstructContext({ turnId });',
    'await store.reconstructContext({ turnId });\n  await sleep(1);',
  ],
];

describe('the replay gate', () => {
  beforeAll(installQuietRuntime);

  it.each(CHANGES)('refuses %s', async (_, from, to) => {
    const changed = await bundleChanged('conversation.ts', [from, to]);
    const [, history] = storedHistories().find(([name]) => name === 'answered-turn.json') ?? [];
    if (history === undefined) throw new Error('There is no history of an answered turn.');
    await expect(replayHistory(changed, history)).rejects.toMatchObject({
      name: 'DeterminismViolationError',
    });
  });
});
