import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const ROOT = path.resolve(__dirname, '../..');
const ALLOWED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Python-2.0',
  'Zlib',
]);
/** Allowed by name: data, or tools that never ship. */
const BY_NAME: Readonly<Record<string, string>> = { 'caniuse-lite': 'CC-BY-4.0' };
/** Packages that name no licence in their package.json, and the first line of the one that they ship. */
const BY_FILE: Readonly<Record<string, string>> = {
  unionfs: 'This is free and unencumbered software released into the public domain.',
};

const lockfile = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ license: z.string().optional() })),
});

/** Whether one of the licences offered is allowed, and all of those demanded together. */
function isAllowed(expression: string): boolean {
  const choices = expression.replaceAll(/[()]/g, '').split(/ OR /);
  return choices.some((choice) => choice.split(/ AND /).every((licence) => ALLOWED.has(licence.trim())));
}

function isInOrder([place, entry]: [string, { license?: string | undefined }]): boolean {
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  if (entry.license === undefined) {
    const firstLine = BY_FILE[name];
    return (
      firstLine !== undefined && readFileSync(path.join(ROOT, place, 'LICENSE'), 'utf8').startsWith(firstLine)
    );
  }
  return isAllowed(entry.license) || BY_NAME[name] === entry.license;
}

describe('the licences', () => {
  it('of all packages, installed here or on another machine, are on the list', () => {
    const { packages } = lockfile.parse(
      JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')),
    );
    const others = Object.entries(packages).filter(([place]) => place !== '');
    expect(others.length).toBeGreaterThan(100);
    expect(others.filter((entry) => !isInOrder(entry)).map(([place]) => place)).toEqual([]);
  });

  it.each([
    ['(MIT OR GPL-3.0)', true],
    ['(GPL-2.0 OR AGPL-3.0)', false],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND GPL-3.0', false],
    ['SSPL-1.0', false],
    ['MPL-2.0', false],
  ])('%s is understood', (expression, expected) => {
    expect(isAllowed(expression)).toBe(expected);
  });
});
