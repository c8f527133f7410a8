import { HubSpotCallError, isPassing } from './hubspot.errors';
import type { HubSpotFailure } from './hubspot.errors';
import type { HubSpotPort, HubSpotUpdate } from './hubspot.port';

const BATCH_MAX = 100;
const BATCH_LENGTH_MAX = 2_000_000;

/** What became of one row of a batch; `id` is the record's id as HubSpot answered it. */
export type UpdateOutcome =
  | { readonly kind: 'written'; readonly id: string }
  | { readonly kind: 'failed'; readonly failure: HubSpotFailure };

/** A row to be updated; `wasTried` = an earlier attempt did not succeed, so it may be the one that spoils a batch. */
export type UpdateRow = HubSpotUpdate & { readonly wasTried: boolean };

export type UpdateWork<Row> = {
  readonly rows: readonly Row[];
  readonly settle: (row: Row, outcome: UpdateOutcome) => Promise<void>;
  readonly beforeCall: () => void;
  /** Mends what a refusal may come from; true when it is worth trying the same again. */
  readonly repair: () => Promise<boolean>;
};

/**
 * Updates records in batches of up to 100 and settles every row by itself: a refused batch is halved until the bad row stands
 * alone, so one row never keeps the others back.
 */
export async function updateInBatches<Row extends UpdateRow>(
  hubspot: HubSpotPort,
  type: 'contacts' | 'communications',
  work: UpdateWork<Row>,
): Promise<void> {
  for (const batch of toBatches(work.rows)) await updateBatch(hubspot, type, { ...work, rows: batch });
}

async function updateBatch<Row extends UpdateRow>(
  hubspot: HubSpotPort,
  type: 'contacts' | 'communications',
  work: UpdateWork<Row>,
): Promise<void> {
  const { rows, settle } = work;
  const [first] = rows;
  if (first === undefined) return;
  work.beforeCall();
  if (rows.length === 1) {
    await settle(first, await updateAlone(hubspot, type, { row: first, repair: work.repair }));
    return;
  }
  const outcome = await tryBatch(hubspot, type, rows);
  if ('failure' in outcome) return afterBatchFailure(hubspot, type, { ...work, failure: outcome.failure });
  for (const row of rows) {
    if (outcome.written.has(row.id)) await settle(row, { kind: 'written', id: row.id });
    // Refused, or answered under another id because records were merged: asked for alone, both become clear.
    else await updateBatch(hubspot, type, { ...work, rows: [row] });
  }
}

async function tryBatch(
  hubspot: HubSpotPort,
  type: 'contacts' | 'communications',
  rows: readonly UpdateRow[],
): Promise<{ written: ReadonlySet<string> } | { failure: HubSpotFailure }> {
  try {
    const records = await hubspot.updateRecords(type, rows.map(toUpdate));
    return { written: new Set(records.map(({ id }) => id)) };
  } catch (error) {
    if (!(error instanceof HubSpotCallError)) throw error;
    return { failure: error.failure };
  }
}

async function afterBatchFailure<Row extends UpdateRow>(
  hubspot: HubSpotPort,
  type: 'contacts' | 'communications',
  work: UpdateWork<Row> & { readonly failure: HubSpotFailure },
): Promise<void> {
  const { rows, failure } = work;
  // One row may bring down the whole batch each time it is sent.
  const isSpoilt = failure.class === 'ambiguous' && rows.some((row) => row.wasTried);
  if (isPassing(failure) && !isSpoilt) {
    for (const row of rows) await work.settle(row, { kind: 'failed', failure });
    return;
  }
  if (failure.class === 'rejected' && (await work.repair())) return updateBatch(hubspot, type, work);
  const middle = Math.ceil(rows.length / 2);
  await updateBatch(hubspot, type, { ...work, rows: rows.slice(0, middle) });
  await updateBatch(hubspot, type, { ...work, rows: rows.slice(middle) });
}

async function updateAlone(
  hubspot: HubSpotPort,
  type: 'contacts' | 'communications',
  work: { row: UpdateRow; repair: () => Promise<boolean> },
): Promise<UpdateOutcome> {
  const outcome = await tryUpdate(hubspot, type, work.row);
  if (outcome.kind === 'written' || outcome.failure.class !== 'rejected') return outcome;
  if (await work.repair()) return updateAlone(hubspot, type, work);
  // A refused value of one property must not keep the other properties from being true.
  const reduced = withoutFaulty(work.row, outcome.failure);
  return reduced === null ? outcome : tryUpdate(hubspot, type, reduced);
}

async function tryUpdate(
  hubspot: HubSpotPort,
  type: 'contacts' | 'communications',
  update: HubSpotUpdate,
): Promise<UpdateOutcome> {
  try {
    return { kind: 'written', id: (await hubspot.updateRecord(type, toUpdate(update))).id };
  } catch (error) {
    if (!(error instanceof HubSpotCallError)) throw error;
    return { kind: 'failed', failure: error.failure };
  }
}

function withoutFaulty(row: HubSpotUpdate, failure: HubSpotFailure): HubSpotUpdate | null {
  const faulty = failure.propertyNames ?? [];
  const kept = Object.entries(row.properties).filter(([name]) => !faulty.includes(name));
  const isReduced = kept.length > 0 && kept.length < Object.keys(row.properties).length;
  return isReduced ? { id: row.id, properties: Object.fromEntries(kept) } : null;
}

function toUpdate({ id, properties }: HubSpotUpdate): HubSpotUpdate {
  return { id, properties };
}

/** A record may stand in a batch once only; long bodies make shorter batches. */
function toBatches<Row extends UpdateRow>(rows: readonly Row[]): Row[][] {
  const batches: { rows: Row[]; length: number }[] = [];
  for (const row of rows) {
    const length = Object.values(row.properties).join('').length;
    const open = batches.find(
      (batch) =>
        batch.rows.length < BATCH_MAX &&
        batch.length + length <= BATCH_LENGTH_MAX &&
        batch.rows.every((other) => other.id !== row.id),
    );
    if (open === undefined) batches.push({ rows: [row], length });
    else {
      open.rows.push(row);
      open.length += length;
    }
  }
  return batches.map((batch) => batch.rows);
}
