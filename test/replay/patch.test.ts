import { createRealStage, installQuietRuntime } from '../workflow/stage';
import { bundleChanged } from './changed-workflows';
import type { Change } from './changed-workflows';
import { exportRuns } from './export-history';
import type { ExportedHistory } from './export-history';
import { replayHistory } from './replay-history';
import { SHAPES } from './shapes';
import { storedHistories } from './stored-histories';

/*
 * The steps of docs/workflow-changes.md, taken with a change that needs a patch: one more timer in a turn.
 */
const PATCH = 'pause-before-verdict';
const STEPS = {
  /** Step 2, wrong: the change alone. */
  forgotten: 'await sleep(1);',
  /** Step 2: beside the old way. */
  patched: `if (patched('${PATCH}')) await sleep(1);`,
  /** Step 5: the old way is gone, its name is still known. */
  deprecated: `deprecatePatch('${PATCH}');\n  await sleep(1);`,
  /** Step 6: the name is gone as well. */
  removed: 'await sleep(1);',
} as const;
type Step = keyof typeof STEPS;
type Code = { readonly code: string };

const refused = { name: 'DeterminismViolationError' };
const code = {} as Record<Step, Code>;
const played = {} as Record<'patched' | 'deprecated', readonly ExportedHistory[]>;

function bundleOf(step: Step): Promise<Code> {
  const imports: Change = ['  condition,\n', '  condition,\n  deprecatePatch,\n  patched,\n'];
  const verdict = 'const { sendId, heldUntilMs } = await store.decideRoute';
  return bundleChanged('conversation.ts', imports, [verdict, `${STEPS[step]}\n  ${verdict}`]);
}

/** What a conversation with one answered turn leaves behind on this code. */
async function play(step: Step): Promise<readonly ExportedHistory[]> {
  const stage = await createRealStage(code[step]);
  const shape = SHAPES.find(({ name }) => name === 'answered-turn');
  try {
    return await exportRuns(stage, (await shape?.play(stage)) ?? stage.conversation());
  } finally {
    await stage.close();
  }
}

function answeredTurn(): ExportedHistory {
  const [, history] = storedHistories().find(([name]) => name === 'answered-turn.json') ?? [];
  if (history === undefined) throw new Error('There is no history of an answered turn.');
  return history;
}

async function replayAll(step: Step, histories: readonly ExportedHistory[]): Promise<void> {
  for (const history of histories) await replayHistory(code[step], history);
}

describe('a change of the order of commands', () => {
  beforeAll(async () => {
    installQuietRuntime();
    for (const step of Object.keys(STEPS) as Step[]) code[step] = await bundleOf(step);
    played.patched = await play('patched');
    played.deprecated = await play('deprecated');
  });

  it('without its patch is refused by the stored histories', async () => {
    await expect(replayHistory(code.forgotten, answeredTurn())).rejects.toMatchObject(refused);
  });

  it('behind its patch replays all of them, and what was played since', async () => {
    const histories = storedHistories().map(([, history]) => history);
    await expect(replayAll('patched', [...histories, ...played.patched])).resolves.toBeUndefined();
  });

  it('whose old way is removed while runs from before are open is refused by their histories', async () => {
    await expect(replayHistory(code.deprecated, answeredTurn())).rejects.toMatchObject(refused);
  });

  it('whose old way is removed later replays what was played since the patch', async () => {
    await expect(replayAll('deprecated', [...played.patched, ...played.deprecated])).resolves.toBeUndefined();
  });

  it('whose patch is removed while runs that know it are open is refused by their histories', async () => {
    await expect(replayAll('removed', played.patched)).rejects.toMatchObject(refused);
  });

  it('whose patch is removed last replays what was played since it was deprecated', async () => {
    await expect(replayAll('removed', played.deprecated)).resolves.toBeUndefined();
  });
});
