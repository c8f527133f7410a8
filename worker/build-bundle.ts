import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflows } from './bundle';

/** `build-bundle FILE` writes the workflow code for WORKFLOW_BUNDLE_FILE, by the same SDK version that will run it. */
async function main(): Promise<void> {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error('name the file to write: build-bundle FILE');
  const { code } = await bundleWorkflows();
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  await writeFile(file, code);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
