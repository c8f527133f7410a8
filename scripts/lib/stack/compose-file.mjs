import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { PlainError } from '../console.mjs';
import { fromRoot } from '../paths.mjs';

/** docker-compose.yml the way Docker reads it: anchors merged, `${…}` filled in from `values`. Throws where one is missing. */
export function readComposeFile(values) {
  return fill(parse(readFileSync(fromRoot('docker-compose.yml'), 'utf8'), { merge: true }), values);
}

/** The values of .env.example, as they stand. */
export function readEnvExample() {
  const lines = readFileSync(fromRoot('.env.example'), 'utf8').split('\n');
  return Object.fromEntries(
    lines
      .filter((line) => /^[A-Z_]+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

function fill(node, values) {
  if (typeof node === 'string') return fillText(node, values);
  if (Array.isArray(node)) return node.map((entry) => fill(entry, values));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([name, entry]) => [name, fill(entry, values)]));
}

function fillText(text, values) {
  return text.replaceAll(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_, name, kind, rest) => {
    if (values[name]) return values[name];
    if (kind === '?') throw new PlainError(`docker-compose.yml needs ${name}: ${rest}`);
    return kind === '-' ? rest : '';
  });
}
