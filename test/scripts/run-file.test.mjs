import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftovers, identityOf, isSame, RunFile } from '../../scripts/lib/run-file.mjs';

describe('the note of running parts', () => {
  let folder;
  let child;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'continuo-run-'));
    child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  });
  afterEach(async () => {
    const ended =
      child.exitCode === null && child.signalCode === null
        ? new Promise((done) => child.once('exit', done))
        : null;
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  });

  it('ends a part that a killed start left behind', async () => {
    const left = { name: 'sleep', pid: child.pid, identity: identityOf(child.pid) };
    expect(await endLeftovers([left])).toEqual(['sleep']);
    expect(isSame(left)).toBe(false);
  });

  it('never ends another program that got the number since', async () => {
    const stale = { name: 'worker', pid: child.pid, identity: '1 node --import tsx worker/main.ts' };
    expect(await endLeftovers([stale])).toEqual([]);
    expect(identityOf(child.pid)).not.toBeNull();
  });

  it('is refused while its owner lives, and free once it is gone', () => {
    const file = new RunFile(join(folder, 'run.json'));
    file.content = { pid: child.pid, identity: identityOf(child.pid), parts: [] };
    file.save();
    expect(new RunFile(file.path).claim({})).toMatchObject({ pid: child.pid });
    file.content.identity = 'somebody else';
    file.save();
    expect(new RunFile(file.path).claim({})).toBeNull();
  });
});
