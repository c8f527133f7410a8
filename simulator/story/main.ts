import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { playStory } from './story.player';
import { StoryError, readStory } from './story.read';
import type { Story } from './story.types';

const FOLDER = join(__dirname, '..', 'stories');
const environmentSchema = z.object({
  STORY_SIMULATOR_URL: z.url(),
  STORY_API_URL: z.url(),
  STORY_AGENT_TOKEN: z.string().min(1),
});

/** `list`, `check FILE …` (can they be played?), or `play FILE … [--speed N] [--seed S]` on the house of the environment. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { speed: { type: 'string' }, seed: { type: 'string' } },
  });
  const [command, ...files] = positionals;
  if (command === 'list') return list();
  const stories = readAll(files);
  if (command !== 'play' || stories === null) return stories === null ? 2 : 0;
  const { STORY_SIMULATOR_URL, STORY_API_URL, STORY_AGENT_TOKEN } = environmentSchema.parse(process.env);
  return await playAll(stories, {
    addresses: { simulator: STORY_SIMULATOR_URL, api: STORY_API_URL, agentToken: STORY_AGENT_TOKEN },
    print: (line) => {
      console.log(line);
    },
    speed: values.speed === undefined ? undefined : Number(values.speed),
    seed: values.seed === undefined ? undefined : Number(values.seed),
  });
}

function list(): number {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  const stories = readAll(files.sort().map((name) => relative(process.cwd(), join(FOLDER, name))));
  if (stories === null) return 2;
  const width = Math.max(...stories.map(({ file }) => file.length));
  console.log('Stories to play, with npm run story -- FILE [--speed N] [--seed S], or all with --all:\n');
  for (const { file, title } of stories) console.log(`  ${file.padEnd(width)}  ${title}`);
  return 0;
}

/** All of them, or null when one has mistakes, which are told. */
function readAll(files: readonly string[]): Story[] | null {
  const stories: Story[] = [];
  let isWrong = false;
  for (const file of files)
    try {
      stories.push(readStory(file));
    } catch (error) {
      if (!(error instanceof StoryError)) throw error;
      console.error(error.message);
      isWrong = true;
    }
  return isWrong ? null : stories;
}

async function playAll(stories: readonly Story[], options: Parameters<typeof playStory>[1]): Promise<number> {
  const outcomes: { story: Story; passed: number; failed: number }[] = [];
  for (const story of stories)
    try {
      outcomes.push({ story, ...(await playStory(story, options)) });
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      outcomes.push({ story, passed: 0, failed: 1 });
    }
  console.log('');
  for (const { story, passed, failed } of outcomes)
    console.log(
      `${failed === 0 ? '✓' : '✗'} ${story.title}: ${passed} as expected${failed === 0 ? '' : `, ${failed} not`}`,
    );
  return outcomes.every(({ failed }) => failed === 0) ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
