import type { Database } from '../platform/database';
import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { postgresGauges } from '../platform/metrics';
import { budgetReader } from './read/budget';
import { readMeasures } from './read/measures';

/** Several scrapers, or one that hurries, cost Postgres one reading in this time. */
const CACHE_MS = 5_000;

/** Brings the gauges of what stands in Postgres up to date; with Postgres away they are gone, and `postgres_up` is 0. */
export function createPostgresMeasurement(parts: {
  readonly database: Database;
  readonly logger: Logger;
  readonly nowMs?: () => number;
}): () => Promise<void> {
  const nowMs = parts.nowMs ?? Date.now;
  let freshUntilMs = 0;
  let reading: Promise<void> | null = null;
  const read = async (): Promise<void> => {
    try {
      await fillGauges(parts.database);
    } catch (error) {
      forget();
      postgresGauges.up.set(0);
      parts.logger.warn(describeError(error), 'the figures of Postgres cannot be read');
    }
    freshUntilMs = nowMs() + CACHE_MS;
  };
  return async () => {
    if (nowMs() < freshUntilMs) return;
    reading ??= read().finally(() => {
      reading = null;
    });
    await reading;
  };
}

async function fillGauges(database: Database): Promise<void> {
  const { recentSends, stoppedScopes, numberIds, ...plain } = await readMeasures(database);
  const readBudget = await budgetReader(database);
  const budgets = [];
  for (const numberId of numberIds) budgets.push([numberId, await readBudget(numberId)] as const);
  const { up, recentSends: recent, stoppedChannels, budgetUsedShare, ...gauges } = postgresGauges;
  for (const gauge of [recent, stoppedChannels, budgetUsedShare]) gauge.reset();
  for (const { status, count } of recentSends) recent.set({ status }, count);
  for (const scope of stoppedScopes) stoppedChannels.set({ scope }, 1);
  for (const [numberId, { used_share }] of budgets) budgetUsedShare.set({ number_id: numberId }, used_share);
  gauges.handOverLagSeconds.set(plain.handOverLagSeconds);
  gauges.handOversWaiting.set(plain.handOversWaiting);
  gauges.unassignedLagSeconds.set(plain.unassignedLagSeconds);
  gauges.itemsSetAside.set(plain.itemsSetAside);
  gauges.outboxAgeSeconds.set(plain.outboxAgeSeconds);
  gauges.outboxWaiting.set(plain.outboxWaiting);
  gauges.outboxDead.set(plain.outboxDead);
  gauges.neverAutomateAgeSeconds.set(plain.neverAutomateAgeSeconds);
  gauges.stuckConversations.set(plain.stuckConversations);
  gauges.unconfirmedSends.set(plain.unconfirmedSends);
  up.set(1);
}

/** A figure that nobody knows is told as missing: 0 would say that all is well. */
function forget(): void {
  const { recentSends, stoppedChannels, budgetUsedShare, ...plain } = postgresGauges;
  for (const gauge of [recentSends, stoppedChannels, budgetUsedShare]) gauge.reset();
  for (const gauge of Object.values(plain)) gauge.remove();
}
