import type { Client } from '@temporalio/client';
import type { Background } from '../platform/background';
import type { Database } from '../platform/database';
import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { readMissingMigrations } from '../platform/migrations';
import { countPollers } from '../platform/temporal';
import { TASK_QUEUES } from '../workflows/contract';
import { readMeasures } from './read/measures';

/** Whoever asks within this time gets the same answer: balancers ask often, and all at once. */
const CACHE_MS = 2_000;
/** A Postgres that takes longer to say one word cannot take webhooks either; so long Temporal is waited for, too. */
const TIMEOUT_MS = 1_500;
/** HubSpot that is later than this is away, or its limit is used up; the alarm begins at the same age. */
const HUBSPOT_BEHIND_AFTER_SECONDS = 600;

export const HEALTH_PROBLEMS = ['away', 'migrations_missing', 'no_worker', 'stopped', 'behind'] as const;
type HealthProblem = (typeof HEALTH_PROBLEMS)[number];

/** One part that the service needs, as far as this process can tell without asking strangers. */
type HealthCheck = {
  readonly name: 'postgres' | 'temporal' | 'whatsapp' | 'hubspot';
  readonly state: 'good' | 'wrong' | 'unknown';
  readonly problem: HealthProblem | null;
};

/** The short form of `npm run doctor`. */
export type Health = {
  /** Whether this process can take webhooks and commands: Postgres alone decides, as without the others everything is kept. */
  readonly isReady: boolean;
  readonly checks: readonly HealthCheck[];
};

type Parts = {
  readonly database: Database;
  readonly temporal: Pick<Client, 'connection' | 'workflowService' | 'options'>;
  readonly logger: Logger;
  /** Hears of looks that go on behind an answer: a call that is tried again on a closed connection ends the process. */
  readonly background: Background;
  readonly nowMs?: () => number;
};

/** Looks at the parts when asked, every two seconds at most. Never throws; the log says why it is not ready, once. */
export function createHealth(parts: Parts): () => Promise<Health> {
  const nowMs = parts.nowMs ?? Date.now;
  let asked: { readonly answer: Promise<Health>; readonly atMs: number } | null = null;
  let problemBefore: string | null = null;
  const ask = async (): Promise<Health> => {
    const lookingAtTemporal = lookAtTemporal(parts.temporal);
    parts.background.add(lookingAtTemporal.then(() => undefined));
    const [{ text, ...postgres }, temporal, facts] = await Promise.all([
      inTime(lookAtPostgres(parts.database), POSTGRES_AWAY(`no answer within ${TIMEOUT_MS} ms`)),
      inTime(lookingAtTemporal, wrong('temporal', 'away')),
      inTime(lookAtFacts(parts.database), FACTS_UNKNOWN),
    ]);
    if (text !== problemBefore) {
      if (text === null) parts.logger.info('ready');
      else parts.logger.error({ problem: text }, 'not ready');
    }
    problemBefore = text;
    return { isReady: postgres.state === 'good', checks: [postgres, temporal, ...facts] };
  };
  return () => {
    if (asked === null || nowMs() - asked.atMs > CACHE_MS) asked = { answer: ask(), atMs: nowMs() };
    return asked.answer;
  };
}

/** With what the log says of it. */
type PostgresCheck = HealthCheck & { readonly text: string | null };

const POSTGRES_AWAY = (why: string): PostgresCheck => ({
  ...wrong('postgres', 'away'),
  text: `Postgres cannot be asked (${why})`,
});

async function lookAtPostgres(database: Database): Promise<PostgresCheck> {
  try {
    const missing = await readMissingMigrations(database);
    if (missing.length === 0) return { ...good('postgres'), text: null };
    const text = `migrations are missing, run "npm run migrate": ${missing.join(', ')}`;
    return { ...wrong('postgres', 'migrations_missing'), text };
  } catch (error) {
    const { type, code } = describeError(error);
    return POSTGRES_AWAY(code ?? type);
  }
}

async function lookAtTemporal({
  connection,
  workflowService,
  options,
}: Parts['temporal']): Promise<HealthCheck> {
  try {
    const count = await connection.withDeadline(Date.now() + TIMEOUT_MS, () =>
      countPollers(workflowService, {
        namespace: options.namespace,
        queue: TASK_QUEUES.conversation,
        of: 'workflows',
      }),
    );
    return count > 0 ? good('temporal') : wrong('temporal', 'no_worker');
  } catch {
    return wrong('temporal', 'away');
  }
}

const FACTS_UNKNOWN: readonly HealthCheck[] = [
  { name: 'whatsapp', state: 'unknown', problem: null },
  { name: 'hubspot', state: 'unknown', problem: null },
];

/** How it goes with WhatsApp and HubSpot, by what their last answers left in Postgres: nobody is asked for this. */
async function lookAtFacts(database: Database): Promise<readonly HealthCheck[]> {
  try {
    const { stoppedScopes, outboxAgeSeconds } = await readMeasures(database);
    return [
      stoppedScopes.length === 0 ? good('whatsapp') : wrong('whatsapp', 'stopped'),
      outboxAgeSeconds <= HUBSPOT_BEHIND_AFTER_SECONDS ? good('hubspot') : wrong('hubspot', 'behind'),
    ];
  } catch {
    return FACTS_UNKNOWN;
  }
}

function good(name: HealthCheck['name']): HealthCheck {
  return { name, state: 'good', problem: null };
}

function wrong(name: HealthCheck['name'], problem: HealthProblem): HealthCheck {
  return { name, state: 'wrong', problem };
}

async function inTime<Answer>(answer: Promise<Answer>, late: Answer): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Answer>((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, late);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
