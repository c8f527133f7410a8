import { bundle, createRealStage } from '../workflow/stage';
import type { Stage } from '../workflow/stage';
import { exportRuns } from './export-history';
import { replayHistory } from './replay-history';
import { SHAPES } from './shapes';
import { storeRuns } from './stored-histories';

// `npm run record-histories` sets it: what is played is kept, the slow shapes too.
const isRecording = process.env['RECORD_HISTORIES'] === 'yes';

describe('a history written by the current code', () => {
  let stage: Stage;
  let workflowBundle: { code: string };
  beforeAll(async () => {
    stage = await createRealStage();
    workflowBundle = await bundle();
  });
  afterAll(() => stage.close());

  it.each(SHAPES.filter((shape) => isRecording || shape.isSlow !== true))(
    'of the shape $name replays',
    async ({ name, play }) => {
      const runs = await exportRuns(stage, await play(stage));
      for (const run of runs) await expect(replayHistory(workflowBundle, run)).resolves.toBeUndefined();
      if (isRecording) storeRuns(name, runs);
    },
  );
});
