import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Problem } from './record';

/** The report of rejected lines, beside the export. It never quotes a line: those hold people's words. */
export type Rejects = {
  readonly path: string;
  /** Rejected lines, each counted once. */
  count(): number;
  add(line: number, problems: readonly Problem[]): Promise<void>;
  close(): Promise<void>;
};

/** Begins a new report; the file appears with the first rejected line, that of an earlier run goes. */
export function openRejects(exportPath: string): Rejects {
  const path = `${exportPath}.rejected.csv`;
  rmSync(path, { force: true });
  let file: FileHandle | null = null;
  let count = 0;
  return {
    path,
    count: () => count,
    add: async (line, problems) => {
      count += 1;
      if (file === null) {
        file = await open(path, 'w');
        await file.write('line,field,what_is_wrong,what_to_do\n');
      }
      for (const { field, problem, remedy } of problems)
        await file.write(`${[String(line), field, problem, remedy].map(quoted).join(',')}\n`);
    },
    close: async () => {
      await file?.close();
    },
  };
}

function quoted(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
