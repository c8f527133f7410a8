import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from './migrations.mjs';
import { anyFreePort } from './ports.mjs';
import { ensureDatabase, startPostgres } from './postgres.mjs';
import { stopPart } from './processes.mjs';

/** Gives `work` the address of a migrated, empty database of its own, and throws the whole server away afterwards. */
export async function withThrowawayDatabase(name, work) {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-throwaway-'));
  chmodSync(folder, 0o755); // Postgres may run as another user
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await anyFreePort(),
    logFile: join(folder, 'postgres.log'),
    isThrowaway: true,
  });
  try {
    await postgres.ready();
    await ensureDatabase(postgres.urlOf('postgres'), name);
    await migrate({ databaseUrl: postgres.urlOf(name) });
    return await work(postgres.urlOf(name));
  } finally {
    await stopPart(postgres.part, { signal: 'SIGINT' });
    rmSync(folder, { recursive: true, force: true });
  }
}
