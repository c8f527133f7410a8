import { bundleWorkflows } from '../../worker/bundle';
import { createRealStage } from '../workflow/stage';
import type { Stage } from '../workflow/stage';
import { exportRuns } from './export-history';
import type { ExportedHistory } from './export-history';
import { replayHistory } from './replay-history';
import { SHAPES } from './shapes';
import type { Shape } from './shapes';
import { storeRuns } from './stored-histories';

// `npm run record-histories` sets it: what is played is kept, the slow shapes too.
const isRecording = process.env['RECORD_HISTORIES'] === 'yes';

describe('a history written by the current code', () => {
  let stage: Stage;
  let workflowBundle: { code: string };
  const runsOf = new Map<string, readonly ExportedHistory[]>();
  const shapes = SHAPES.filter((shape) => isRecording || shape.isSlow !== true);

  beforeAll(async () => {
    stage = await createRealStage();
    workflowBundle = await bundleWorkflows();
    const play = async ({ name, play }: Shape): Promise<void> => {
      runsOf.set(name, await exportRuns(stage, await play(stage)));
    };
    // All at once: most of the time of each is waiting.
    await Promise.all(shapes.map(play));
  });
  afterAll(() => stage.close());

  it.each(shapes.map(({ name }) => name))('of the shape %s replays', async (name) => {
    const runs = runsOf.get(name) ?? [];
    expect(runs).not.toEqual([]);
    for (const run of runs) await expect(replayHistory(workflowBundle, run)).resolves.toBeUndefined();
    if (isRecording) storeRuns(name, runs);
  });
});
