import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlainError, progress } from './console.mjs';
import { CACHE_DIR, fromRoot, ROOT } from './paths.mjs';
import { run } from './processes.mjs';

const MARK = join(CACHE_DIR, 'installed-lock.sha256');
const NODE_MINIMUM = [20, 19];

/** Installs the packages when they are missing or belong to another package-lock.json. */
export async function ensurePackages() {
  checkNode();
  const hash = createHash('sha256')
    .update(readFileSync(fromRoot('package-lock.json')))
    .digest('hex');
  if (existsSync(fromRoot('node_modules')) && isInstalled(hash)) return;
  progress('Installing packages with npm ci (a minute or two on a fresh machine) …');
  // Development packages belong to the set-up whatever NODE_ENV or npm's settings say.
  await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    show: true,
  });
  mkdirSync(dirname(MARK), { recursive: true });
  writeFileSync(MARK, hash);
  progress('Packages are installed.');
}

/** The mark of our own installation, or npm's copy of the lock file where somebody ran npm by hand. */
function isInstalled(hash) {
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === hash) return true;
  return hasSamePackages(fromRoot('package-lock.json'), fromRoot('node_modules', '.package-lock.json'));
}

function hasSamePackages(wantedPath, installedPath) {
  if (!existsSync(installedPath)) return false;
  const wanted = JSON.parse(readFileSync(wantedPath, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedPath, 'utf8')).packages;
  const isThere = ([path, entry]) =>
    path === '' || installed[path]?.version === entry.version || entry.optional === true;
  return Object.entries(wanted).every(isThere);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1])) return;
  throw new PlainError(
    `Node ${process.versions.node} is too old: ${NODE_MINIMUM.join('.')} or newer is needed.`,
  );
}
