import { chmodSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { progress } from '../console.mjs';
import { ROOT, fromRoot } from '../paths.mjs';
import { run } from '../processes.mjs';
import { contentsOfImage, environmentOfImage } from './dockerfile.mjs';

const NPM_TIME_MS = 300_000;

/**
 * Builds the product and lays out a folder with exactly what the Dockerfile copies into the image: production packages
 * with the Temporal library of this platform, the compiled product, and the workflow code bundled once.
 */
export async function layOutImage(folder) {
  progress('Building the product as the image holds it …');
  const built = join(folder, '.build');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(built, { recursive: true });
  await run(
    process.execPath,
    [
      fromRoot('node_modules', 'typescript', 'bin', 'tsc'),
      '-p',
      'tsconfig.build.json',
      '--outDir',
      join(built, 'dist'),
      '--tsBuildInfoFile',
      join(built, 'tsbuildinfo'),
    ],
    { cwd: ROOT, timeoutMs: NPM_TIME_MS },
  );
  await run(
    process.execPath,
    ['--import', 'tsx', 'worker/build-bundle.ts', join(built, environmentOfImage().WORKFLOW_BUNDLE_FILE)],
    { cwd: ROOT },
  );
  await copyProductionPackages(join(built, 'node_modules'));
  for (const { source, target, isBuilt } of contentsOfImage()) {
    const to = target === './' ? join(folder, source) : join(folder, target);
    cpSync(isBuilt ? join(built, source) : fromRoot(source), to, { recursive: true, verbatimSymlinks: true });
  }
  rmSync(built, { recursive: true });
  // Postgres runs as a user of its own beside this folder, which holds no secret.
  chmodSync(folder, 0o755);
}

/** What `npm prune --omit=dev` leaves, and of it the Temporal library of this platform. */
async function copyProductionPackages(target) {
  const list = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: ROOT, mayFail: true });
  const places = list.output
    .split('\n')
    .map((line) => relative(ROOT, line))
    .filter((place) => place.startsWith('node_modules/'));
  const ownOf = (place) => (path) => !relative(fromRoot(place), path).split('/').includes('node_modules');
  for (const place of places.sort()) {
    const to = join(target, relative('node_modules', place));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(fromRoot(place), to, { recursive: true, verbatimSymlinks: true, filter: ownOf(place) });
  }
  await run(process.execPath, [fromRoot('deploy', 'image', 'keep-own-bridge.mjs'), target]);
}
