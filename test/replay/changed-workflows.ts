import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleWorkflows } from '../../worker/bundle';

const ROOT = path.resolve(__dirname, '../..');

/** A piece of the code, and what stands in its place. */
export type Change = readonly [from: string, to: string];

/** Bundles a copy of the workflow code in which a file is changed. */
export async function bundleChanged(file: string, ...changes: readonly Change[]): Promise<{ code: string }> {
  const copy = mkdtempSync(path.join(tmpdir(), 'changed-workflows-'));
  try {
    for (const entry of ['workflows', 'domain'])
      cpSync(path.join(ROOT, entry), path.join(copy, entry), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    let source = readFileSync(path.join(copy, 'workflows', file), 'utf8');
    for (const [from, to] of changes) {
      if (!source.includes(from)) throw new Error(`workflows/${file} no longer says: ${from}`);
      source = source.replace(from, to);
    }
    writeFileSync(path.join(copy, 'workflows', file), source);
    return await bundleWorkflows(path.join(copy, 'workflows'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
