import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleWorkflows } from '../../worker/bundle';

const ROOT = path.resolve(__dirname, '../..');

/** Bundles a copy of the workflow code in which one piece of text stands for another. */
export async function bundleChanged(file: string, from: string, to: string): Promise<{ code: string }> {
  const copy = mkdtempSync(path.join(tmpdir(), 'changed-workflows-'));
  try {
    for (const entry of ['workflows', 'domain'])
      cpSync(path.join(ROOT, entry), path.join(copy, entry), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    const source = readFileSync(path.join(copy, 'workflows', file), 'utf8');
    if (!source.includes(from)) throw new Error(`workflows/${file} no longer says: ${from}`);
    writeFileSync(path.join(copy, 'workflows', file), source.replace(from, to));
    return await bundleWorkflows(path.join(copy, 'workflows'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
