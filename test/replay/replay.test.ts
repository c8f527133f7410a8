import { bundleWorkflows } from '../../worker/bundle';
import { installQuietRuntime } from '../workflow/stage';
import { replayHistory } from './replay-history';
import { SHAPES } from './shapes';
import { storedHistories } from './stored-histories';

describe('a stored history', () => {
  let workflowBundle: { code: string };
  beforeAll(async () => {
    installQuietRuntime();
    workflowBundle = await bundleWorkflows();
  });

  it.each(storedHistories())('%s replays on the current code', async (_, history) => {
    await expect(replayHistory(workflowBundle, history)).resolves.toBeUndefined();
  });

  it('is kept for every shape', () => {
    const kept = new Set(storedHistories().map(([name]) => name.replace(/(\.run-\d+)?\.json$/, '')));
    expect([...kept].sort()).toEqual(SHAPES.map(({ name }) => name).sort());
  });
});
