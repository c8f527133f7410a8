import { existsSync, readdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withDemoHouse } from './lib/demo-house.mjs';
import { PlainError, say, sayError } from './lib/console.mjs';
import { AGENT } from './lib/environment.mjs';
import { ensurePackages } from './lib/install.mjs';
import { ROOT, fromRoot } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';

// npm run story                                     lists the stories
// npm run story -- FILE … [--speed N] [--seed S]    plays them on fresh data; --all plays every one
const FOLDER = fromRoot('simulator', 'stories');
const PLAY_TIME_MS = 3_600_000;

try {
  process.exitCode = await story(argumentsOf());
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
process.exit();

function argumentsOf() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { all: { type: 'boolean' }, speed: { type: 'string' }, seed: { type: 'string' } },
    });
    if (values.speed !== undefined && !(Number(values.speed) > 0))
      throw new Error('--speed must be a number above 0');
    if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed))
      throw new Error('--seed must be a whole number');
    return { values, files: values.all ? allFiles() : positionals.map(fileOf) };
  } catch (error) {
    throw new PlainError(`${error.message}\nUsage: npm run story -- FILE … [--speed N] [--seed S], or --all`);
  }
}

async function story({ values, files }) {
  await ensurePackages();
  if (files.length === 0) return await tell(['list']);
  const mistakes = await tell(['check', ...files]);
  if (mistakes !== 0) return mistakes;
  const given = ['speed', 'seed'].flatMap((name) =>
    values[name] === undefined ? [] : [`--${name}`, values[name]],
  );
  return await withDemoHouse('story', async ({ ports }) =>
    tell(['play', ...files, ...given], {
      STORY_SIMULATOR_URL: `http://127.0.0.1:${ports.simulator}`,
      STORY_API_URL: `http://127.0.0.1:${ports.api}`,
      STORY_AGENT_TOKEN: AGENT.token,
    }),
  );
}

async function tell(args, environment = {}) {
  const options = { cwd: ROOT, env: { ...process.env, ...environment }, show: true, mayFail: true };
  const given = ['--import', 'tsx', 'simulator/story/main.ts', ...args];
  return (await run(process.execPath, given, { ...options, timeoutMs: PLAY_TIME_MS })).code ?? 1;
}

function allFiles() {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => `simulator/stories/${name}`);
}

/** A path, or the name of one of our stories. */
function fileOf(given) {
  // npm runs us in the root of the checkout and says where it was called.
  const asGiven = resolve(process.env.INIT_CWD ?? process.cwd(), given);
  const candidates = [asGiven, `simulator/stories/${given}`, `simulator/stories/${given}.yaml`];
  const found = candidates.find((path) => path.endsWith('.yaml') && existsSync(resolve(ROOT, path)));
  if (found !== undefined) return found === asGiven ? relative(ROOT, asGiven) : found;
  const names = allFiles().map((path) => `\n  ${path}`);
  throw new PlainError(`There is no story ${given}. There are:${names.join('')}`);
}
