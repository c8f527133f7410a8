import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPart } from '../../scripts/lib/processes.mjs';
import { RunFile } from '../../scripts/lib/run-file.mjs';
import { Supervisor } from '../../scripts/lib/supervisor.mjs';

describe('the end of a run', () => {
  let folder;
  let supervisor;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'continuo-supervisor-'));
    const runFile = new RunFile(join(folder, 'run.json'));
    runFile.claim({});
    supervisor = new Supervisor(runFile);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const sleeper = () =>
    startPart({ name: 'sleeper', command: 'sleep', args: ['60'], logFile: join(folder, 'sleeper.log') });

  it('ends every part', async () => {
    const parts = [supervisor.adopt(sleeper()), supervisor.adopt(sleeper())];
    await supervisor.stopAll();
    expect(parts.map(({ end }) => end)).toEqual(['ended by SIGTERM', 'ended by SIGTERM']);
  });

  it('ends a part, too, that somebody starts anew while all is being stopped', async () => {
    const first = supervisor.adopt(sleeper());
    await supervisor.kill9(first);
    await supervisor.stopAll();
    const second = sleeper();
    expect(() => supervisor.adopt(second)).toThrow('was started while all was being stopped');
    expect(await second.exited).toBe('ended by SIGKILL');
  });
});
