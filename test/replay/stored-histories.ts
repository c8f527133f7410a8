import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { ExportedHistory } from './export-history';

const FOLDER = path.join(__dirname, 'histories');
const stored = z.object({ events: z.array(z.looseObject({ eventType: z.string() })).min(1) });

/** Names and contents of the histories kept in the repository. */
export function storedHistories(): readonly (readonly [name: string, history: ExportedHistory])[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return names.map((name) => [name, stored.parse(JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')))]);
}

/** Replaces the stored histories of a shape, one file for each run. */
export function storeRuns(shape: string, runs: readonly ExportedHistory[]): void {
  const isOfShape = (name: string) => name === `${shape}.json` || name.startsWith(`${shape}.run-`);
  for (const name of readdirSync(FOLDER).filter(isOfShape)) rmSync(path.join(FOLDER, name));
  for (const [index, run] of runs.entries()) {
    const name = runs.length === 1 ? `${shape}.json` : `${shape}.run-${index + 1}.json`;
    writeFileSync(path.join(FOLDER, name), `${JSON.stringify(run, null, 1)}\n`);
  }
}
