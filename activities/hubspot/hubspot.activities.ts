import { Context } from '@temporalio/activity';
import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { IdentityStatus } from '../../domain/policy/policy';
import type { TransactionalDatabase } from '../../platform/database';
import { permanent, retryable } from '../failures';
import { lookUpBuyer } from './contact.look-up';
import { HubSpotCallError, isPassing, toApplicationFailure } from './hubspot.errors';
import type { HubSpotFailure } from './hubspot.errors';
import type { HubSpotPort } from './hubspot.port';
import { drainOutbox } from './outbox.drain';
import type { DrainResult } from './outbox.drain';

const HEARTBEAT_MS = 5_000;
const REFUSED_RETRY_MS = 60_000;

type LookUpResult = { readonly status: IdentityStatus; readonly identityLinkId: number };

/** What the worker of the `hubspot` queue does. Arguments and results carry ids, times, enums and numbers only. */
export type HubSpotActivities = {
  /** Finds or creates the buyer's contact and links it; idempotent. */
  readonly lookUpContact: (input: { buyerId: string }) => Promise<LookUpResult>;
  /** Mirrors what is due; `nextAtMs` = when the next row is due, null = nothing waits. */
  readonly drainOutbox: (input: { portalId: string }) => Promise<DrainResult>;
};

/** Builds the activities over the process's one HubSpot client and pool. */
export function createHubSpotActivities(parts: {
  hubspot: HubSpotPort;
  pool: TransactionalDatabase;
}): HubSpotActivities {
  const lookUpParts = { hubspot: parts.hubspot, database: parts.pool };
  const lookUp = oneAtATime((buyerId: string) => lookUpBuyer(lookUpParts, buyerId));
  return {
    async lookUpContact({ buyerId }) {
      const link = await reported(() => lookUp(buyerId), lookUpFailure);
      return { status: link.status, identityLinkId: link.id };
    },
    async drainOutbox({ portalId }) {
      const context = Context.current();
      const heartbeat = () => {
        context.heartbeat();
      };
      const timer = setInterval(heartbeat, HEARTBEAT_MS);
      const deps = {
        hubspot: parts.hubspot,
        database: parts.pool,
        heartbeat,
        lookUp: (buyerId: string) => lookUp(buyerId).catch(rethrowForRow),
        isCancelled: () => context.cancellationSignal.aborted,
      };
      try {
        return await reported(() => drainOutbox(deps, portalId), drainFailure);
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/** Look-ups of the same buyer at the same time share one run. */
function oneAtATime<Result>(work: (key: string) => Promise<Result>): (key: string) => Promise<Result> {
  const running = new Map<string, Promise<Result>>();
  return (key) => {
    const current = running.get(key);
    if (current !== undefined) return current;
    const started = work(key).finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}

/** Foreign errors quote values, so none of them leaves an activity; only their type and code do. */
async function reported<Result>(
  work: () => Promise<Result>,
  toFailure: typeof toApplicationFailure,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HubSpotCallError) throw toFailure(error.failure);
    if (isTemporalFailure(error)) throw error;
    throw databaseFailure(error);
  }
}

/** A turn waits for a look-up: what cannot be mended in seconds lets the turn go on without it. */
function lookUpFailure(failure: HubSpotFailure): ApplicationFailure {
  if (failure.class === 'unauthorised') return permanent('hubspot-unauthorised', failure.code);
  return toApplicationFailure(failure);
}

/** Rows are given up one by one; the drain itself never is. */
function drainFailure(failure: HubSpotFailure): ApplicationFailure {
  return isPassing(failure)
    ? toApplicationFailure(failure)
    : retryable('hubspot-rejected', failure.code, REFUSED_RETRY_MS);
}

function isTemporalFailure(error: unknown): boolean {
  return (
    error instanceof ApplicationFailure ||
    error instanceof CancelledFailure ||
    error instanceof ActivityFailure
  );
}

/** In a drain, a buyer that is gone concerns one row, and a missing policy only the moment. */
function rethrowForRow(error: unknown): never {
  if (!(error instanceof ApplicationFailure) || error.nonRetryable !== true) throw error;
  const code = error.type ?? 'unexpected';
  throw new HubSpotCallError({ class: code === 'row-missing' ? 'rejected' : 'unavailable', code });
}

/** SQLSTATE classes of a server that is away, overloaded or stopping; and what the network says. */
const AWAY = /^(08|40|53|55|57|58)|^E[A-Z]+$/;

function databaseFailure(error: unknown): ApplicationFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (AWAY.test(code)) return retryable('database-unavailable', code);
  const isCode = /^[A-Z0-9_]{3,40}$/.test(code);
  return retryable('unexpected', isCode ? code : error instanceof Error ? error.name : 'unknown');
}
