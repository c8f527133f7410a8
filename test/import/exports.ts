import { mkdtempSync, rmSync, writeFileSync, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../../api/import/arguments';
import { importFile } from '../../api/import/import-file';
import type { TransactionalDatabase } from '../../platform/database';
import { NUMBER_ID } from '../ingest/bodies';
import type { World } from '../ingest/world';

/** A folder in which a test writes exports and imports them. */
export type Exports = {
  /** Writes a file and gives its path. */
  write(name: string, content: string | Buffer): string;
  /** Imports a file as the command does; gives the report of rejected lines, null when there is none. */
  take(path: string, ...options: readonly string[]): Promise<string | null>;
  remove(): void;
};

/** A folder of a test file's own, for imports into its world. */
export function useExports(world: World): Exports {
  let made: Exports | null = null;
  const exports = (): Exports => {
    made ??= createExports(world.pool);
    return made;
  };
  afterAll(() => made?.remove());
  return {
    write: (name, content) => exports().write(name, content),
    take: (path, ...options) => exports().take(path, ...options),
    remove: () => {
      exports().remove();
    },
  };
}

export function createExports(database: TransactionalDatabase): Exports {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-import-'));
  return {
    write: (name, content) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    take: async (path, ...options) => {
      const given = readArguments([path, '--number', NUMBER_ID, ...options]);
      const rejectedCount = await importFile(given.isDryRun ? null : database, given);
      const report = `${path}.rejected.csv`;
      if (existsSync(report) !== rejectedCount > 0) throw new Error('the report does not fit the count');
      return rejectedCount > 0 ? readFileSync(report, 'utf8') : null;
    },
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
