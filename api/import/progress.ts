import { statSync } from 'node:fs';
import type { Rejects } from './rejects';
import type { Tally } from './run-import';

const EVERY_MS = 2_000;

/** Says on the terminal how far an import has come, and at the end what came of it. Counts only, never words. */
export type Progress = {
  readonly noteBytes: (bytesRead: number) => void;
  readonly show: (tally: Readonly<Tally>, rejectedCount: number) => void;
  readonly finish: (
    tally: Readonly<Tally>,
    given: { readonly rejects: Pick<Rejects, 'count' | 'path'>; readonly isDryRun: boolean },
  ) => void;
};

/** For a file of this path. */
export function createProgress(path: string): Progress {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let bytesRead = 0;
  let shownAtMs = Date.now();
  return {
    noteBytes: (count) => {
      bytesRead = count;
    },
    show: (tally, rejectedCount) => {
      if (Date.now() - shownAtMs < EVERY_MS) return;
      shownAtMs = Date.now();
      const percent = bytes === 0 ? 100 : Math.floor((100 * bytesRead) / bytes);
      say(`${percent} %: ${countsOf(tally, rejectedCount)}`);
    },
    finish: (tally, { rejects, isDryRun }) => {
      const rejectedCount = rejects.count();
      say(
        isDryRun
          ? `Checked, nothing written: read ${tally.read}, good ${tally.read - rejectedCount}, rejected ${rejectedCount}.`
          : `Done: ${countsOf(tally, rejectedCount)}.`,
      );
      if (rejectedCount > 0) say(`Which lines were rejected, why, and what to do: ${rejects.path}`);
    },
  };
}

function countsOf(tally: Readonly<Tally>, rejectedCount: number): string {
  return `read ${tally.read}, imported ${tally.imported}, already there ${tally.known}, rejected ${rejectedCount}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
