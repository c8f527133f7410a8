import { readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

// node deploy/image/keep-own-bridge.mjs NODE_MODULES
// The Temporal SDK brings its native library for every platform, about 28 MB each; an image runs on one.
const modules = resolve(process.argv[2] ?? 'node_modules');
const bridge = join(modules, '@temporalio', 'core-bridge');
const { getPrebuiltTargetName } = createRequire(import.meta.url)(join(bridge, 'common.js'));
const own = getPrebuiltTargetName();

const releases = readdirSync(join(bridge, 'releases'));
if (!releases.includes(own)) throw new Error(`the Temporal SDK brings no library for ${own}`);
for (const release of releases)
  if (release !== own) rmSync(join(bridge, 'releases', release), { recursive: true });
process.stdout.write(`Kept the Temporal library for ${own}.\n`);
