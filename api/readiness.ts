import type { Database } from '../platform/database';
import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { readMissingMigrations } from '../platform/migrations';

/** Whoever asks within this time gets the same answer: balancers ask often, and all at once. */
const CACHE_MS = 2_000;
/** A Postgres that takes longer to say one word cannot take webhooks either. */
const TIMEOUT_MS = 1_500;

/**
 * Whether this process can take webhooks and commands: Postgres answers and has the schema of this version. Temporal,
 * WhatsApp and HubSpot do not decide: without them everything is taken and kept. Never throws; the log says what is
 * missing, once. `npm run doctor` says more.
 */
export function createReadiness(parts: {
  readonly database: Database;
  readonly logger: Logger;
  readonly nowMs?: () => number;
}): () => Promise<boolean> {
  const nowMs = parts.nowMs ?? Date.now;
  let asked: { readonly answer: Promise<boolean>; readonly atMs: number } | null = null;
  let problemBefore: string | null = null;
  const ask = async (): Promise<boolean> => {
    const problem = await findProblem(parts.database);
    if (problem !== problemBefore) {
      if (problem === null) parts.logger.info('ready');
      else parts.logger.error({ problem }, 'not ready');
    }
    problemBefore = problem;
    return problem === null;
  };
  return () => {
    if (asked === null || nowMs() - asked.atMs > CACHE_MS) asked = { answer: ask(), atMs: nowMs() };
    return asked.answer;
  };
}

async function findProblem(database: Database): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      resolve(`Postgres does not answer within ${TIMEOUT_MS} ms`);
    }, TIMEOUT_MS);
  });
  const missing = readMissingMigrations(database).then(
    (names) =>
      names.length === 0 ? null : `migrations are missing, run "npm run migrate": ${names.join(', ')}`,
    (error: unknown) => {
      const { type, code } = describeError(error);
      return `Postgres cannot be asked (${code ?? type})`;
    },
  );
  try {
    return await Promise.race([missing, late]);
  } finally {
    clearTimeout(timer);
  }
}
