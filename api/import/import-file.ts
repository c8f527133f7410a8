import type { TransactionalDatabase } from '../../platform/database';
import type { ImportArguments } from './arguments';
import { checkHeader } from './columns';
import { readCsv } from './csv.records';
import { readJsonArray, readJsonLines } from './json.records';
import { createProgress } from './progress';
import { readText } from './read-text';
import type { ExportRecord } from './record';
import { openRejects } from './rejects';
import { runImport } from './run-import';

/**
 * Imports a file and says on the terminal how it goes; gives the number of rejected lines, which stand in a report
 * beside it. Without a database the lines are only checked.
 */
export async function importFile(
  database: TransactionalDatabase | null,
  given: ImportArguments,
): Promise<number> {
  const rejects = openRejects(given.path);
  const progress = createProgress(given.path);
  try {
    const tally = await runImport(recordsOf(given, progress.noteBytes), {
      database,
      defaults: { phoneNumberId: given.phoneNumberId, country: given.country, nowMs: Date.now() },
      rejects,
      onProgress: (now) => {
        progress.show(now, rejects.count());
      },
    });
    progress.finish(tally, { rejects, isDryRun: database === null });
    return rejects.count();
  } finally {
    await rejects.close();
  }
}

function recordsOf(
  { path, format, phoneNumberId }: ImportArguments,
  noteBytes: (bytesRead: number) => void,
): AsyncIterable<ExportRecord> {
  const text = readText(path, noteBytes);
  switch (format) {
    case 'csv':
      return readCsv(text, (names) => {
        checkHeader(names, { hasNumber: phoneNumberId !== null });
      });
    case 'json':
      return readJsonArray(text);
    case 'jsonl':
      return readJsonLines(text);
  }
}
