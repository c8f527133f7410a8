import { retryable } from '../failures';
import { readDueObjects, readNextDueAt, withDrainLock } from '../../store/crm-outbox.store';
import type { CrmObjectKind } from '../../store/crm-outbox.store';
import { HubSpotCallError } from './hubspot.errors';
import type { HubSpotPort } from './hubspot.port';
import { ensureHubSpotProperties } from './hubspot.properties';
import { mirrorCommunications } from './outbox.communications';
import { mirrorContacts } from './outbox.contacts';
import { mirrorIdentities } from './outbox.identities';
import { createRowKeeper } from './outbox.rows';
import type { DrainParts } from './outbox.parts';

const OBJECTS_MAX = 100;
/** Well below the activity's own limit, which must cover the calls under way. */
const DRAIN_MS = 60_000;
const LOCK_RETRY_MS = 2_000;

export type DrainResult = { readonly doneCount: number; readonly nextAtMs: number | null };
export type DrainDeps = Omit<DrainParts, 'keeper' | 'isOver' | 'repair'> & {
  readonly isCancelled: () => boolean;
};

/**
 * Mirrors what is due, newest state only, until nothing is due or time is up. Every row is settled as soon as its fate is
 * known, so a crash repeats at most one call. Throws when HubSpot as a whole cannot be written to now.
 */
export async function drainOutbox(deps: DrainDeps, portalId: string): Promise<DrainResult> {
  const result = await withDrainLock(deps.database, portalId, () => drain(deps));
  if (result === null) throw retryable('unexpected', 'drained-already', LOCK_RETRY_MS);
  return result;
}

async function drain(deps: DrainDeps): Promise<DrainResult> {
  const endAtMs = Date.now() + DRAIN_MS;
  const keeper = createRowKeeper(deps.database);
  const isOver = () => deps.isCancelled() || Date.now() >= endAtMs;
  const parts: DrainParts = { ...deps, keeper, isOver, repair: repairOnce(deps.hubspot) };
  while (!parts.isOver() && (await drainOnce(parts)));
  return { doneCount: keeper.doneCount(), nextAtMs: await readNextDueAt(deps.database) };
}

/** False when nothing is due. */
async function drainOnce(parts: DrainParts): Promise<boolean> {
  parts.heartbeat();
  const due = await readDueObjects(parts.database, OBJECTS_MAX);
  const of = (kind: CrmObjectKind) => due.filter((object) => object.kind === kind);
  await mirrorIdentities(parts, of('identity'));
  await mirrorContacts(parts, of('contact'));
  await mirrorCommunications(parts, of('communication'));
  return due.length > 0;
}

/** HubSpot may have been away when the properties were to be made, or somebody deleted one. */
function repairOnce(hubspot: HubSpotPort): () => Promise<boolean> {
  let isDone = false;
  return async () => {
    if (isDone) return false;
    isDone = true;
    try {
      await ensureHubSpotProperties(hubspot);
      return true;
    } catch (error) {
      if (!(error instanceof HubSpotCallError)) throw error;
      return false;
    }
  };
}
