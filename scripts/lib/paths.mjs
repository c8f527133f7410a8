import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What a run leaves behind and the next one finds again: databases, state files, logs. */
export const DATA_DIR = join(ROOT, '.data');

/** What can be fetched again: downloaded programs and the marks of installations. */
export const CACHE_DIR = join(ROOT, '.cache');

/** Place of a file of the checkout, given by its path from the root. */
export function fromRoot(...parts) {
  return join(ROOT, ...parts);
}
