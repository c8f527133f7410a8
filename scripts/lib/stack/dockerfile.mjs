import { readFileSync } from 'node:fs';
import { fromRoot } from '../paths.mjs';

/** The stages of the Dockerfile, each a list of [instruction, arguments]. */
export function readDockerfile() {
  const text = readFileSync(fromRoot('Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, ' ');
  const stages = [];
  for (const line of text.split('\n')) {
    const [, name, rest] = /^([A-Z]+)\s+(.+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    if (name === 'FROM') stages.push([]);
    stages.at(-1).push([name, rest]);
  }
  return stages;
}

/** What the image holds under /app: [source, target], and whether it comes from the build. */
export function contentsOfImage() {
  return readDockerfile()
    .at(-1)
    .filter(([name]) => name === 'COPY')
    .map(([, rest]) => {
      const words = rest.split(' ').filter((word) => !word.startsWith('--'));
      return {
        source: words[0].replace(/^\/app\//, ''),
        target: words[1],
        isBuilt: rest.startsWith('--from='),
      };
    });
}

/** The variables that the image sets. */
export function environmentOfImage() {
  const pairs = readDockerfile()
    .at(-1)
    .filter(([name]) => name === 'ENV')
    .flatMap(([, rest]) => rest.split(' '));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}
