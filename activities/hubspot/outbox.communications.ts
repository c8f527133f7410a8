import { noteAttempt } from '../../store/crm-outbox.store';
import type { WaitingObject } from '../../store/crm-outbox.store';
import { readEpisodeContents } from '../../store/crm-content.store';
import type { EpisodeContent } from '../../store/crm-content.store';
import { forgetCrmRecord, readLogRecords, saveCrmRecord, saveLogPlace } from '../../store/crm-record.store';
import type { PlacedRecord } from '../../store/crm-record.store';
import { createCommunication } from './communication.create';
import type { CommunicationPart } from './communication.mapping';
import { toCommunications } from './communication.mapping';
import { rehang } from './communication.place';
import type { RehangOutcome } from './communication.place';
import { contentSha256 } from './content.sha256';
import type { HubSpotProperties } from './hubspot.port';
import type { DrainParts } from './outbox.parts';
import { resolveAgain } from './outbox.identities';
import { updateInBatches } from './outbox.update';
import type { UpdateOutcome, UpdateRow } from './outbox.update';

type PartRow = UpdateRow & {
  readonly object: WaitingObject;
  readonly part: number;
  readonly sha256: string;
};

/** Brings the logs of the given episodes up to date: missing parts are created, changed parts edited in place. */
export async function mirrorCommunications(
  parts: DrainParts,
  objects: readonly WaitingObject[],
): Promise<void> {
  const keys = objects.map((object) => object.key);
  const contents = new Map(
    (await readEpisodeContents(parts.database, keys)).map((content) => [content.episodeId, content]),
  );
  const records = await readLogRecords(parts.database, keys);
  const changed: PartRow[] = [];
  for (const object of objects) {
    if (parts.isOver()) break;
    const known = records.filter((record) => record.key === object.key);
    const rows = await createMissing(parts, object, { content: contents.get(object.key), known });
    if (rows?.length === 0) await parts.keeper.done(object);
    else changed.push(...(rows ?? []));
  }
  await updateChanged(parts, changed);
}

/** Creates the parts HubSpot does not have; gives the parts that must be edited, or null when the object is settled already. */
async function createMissing(
  parts: DrainParts,
  object: WaitingObject,
  facts: { content: EpisodeContent | undefined; known: readonly PlacedRecord[] },
): Promise<PartRow[] | null> {
  if (facts.content === undefined) {
    await parts.keeper.dead(object, 'nothing-to-mirror');
    return null;
  }
  if (!(await rehangAll(parts, object, facts.known))) return null;
  const changed: PartRow[] = [];
  for (const communication of toCommunications(facts.content)) {
    const sha256 = contentSha256(communication.properties);
    const known = facts.known.find((record) => record.part === communication.part);
    const written = known ?? (await create(parts, object, communication));
    if (written === null) return null;
    if (written.contentSha256 !== sha256)
      changed.push(toRow(object, communication, { hubspotId: written.hubspotId, sha256 }));
  }
  return changed;
}

/**
 * Brings log entries that hang on another contact to the buyer's; of a buyer without one they are only taken off, and
 * come back with the link. False when the object was settled or put off instead.
 */
async function rehangAll(
  parts: DrainParts,
  object: WaitingObject,
  known: readonly PlacedRecord[],
): Promise<boolean> {
  for (const record of known.filter(({ place }) => place.contactId !== object.contactId)) {
    parts.heartbeat();
    const outcome = await rehang(parts.hubspot, record, object);
    if (outcome.kind === 'done') await saveLogPlace(parts.database, record, outcome.place);
    else {
      await settleRehang(parts, object, { record, outcome });
      return false;
    }
  }
  if (object.contactId !== null) return true;
  await parts.keeper.done(object);
  return false;
}

async function settleRehang(
  parts: DrainParts,
  object: WaitingObject,
  { record, outcome }: { record: PlacedRecord; outcome: Exclude<RehangOutcome, { kind: 'done' }> },
): Promise<void> {
  if (outcome.kind === 'failed') await parts.keeper.failed(object, outcome.failure);
  else if (outcome.kind === 'contact-gone') await resolveAgain(parts, object);
  else await makeAgain(parts, object, record.part);
}

/** Somebody deleted the log entry; the episode goes on, so it gets a new one. */
async function makeAgain(parts: DrainParts, object: WaitingObject, part: number): Promise<void> {
  await forgetCrmRecord(parts.database, 'communication', { key: object.key, part });
  await parts.keeper.later(object, { delayMs: 0, errorCode: 'communication-gone' });
}

/** The new record, or null when the object was settled or put off instead. */
async function create(
  parts: DrainParts,
  object: WaitingObject,
  communication: CommunicationPart,
): Promise<PlacedRecord | null> {
  parts.heartbeat();
  const isRepeated = object.attempts > 0;
  if (!isRepeated) await noteAttempt(parts.database, object.rowIds);
  const outcome = await createCommunication(parts.hubspot, { object, communication, isRepeated });
  if (outcome.kind === 'failed') {
    await (outcome.isContactGone
      ? resolveAgain(parts, object)
      : parts.keeper.failed(object, outcome.failure));
    return null;
  }
  const record = {
    key: object.key,
    part: communication.part,
    hubspotId: outcome.id,
    // A record found again may hold an older state: it is edited like any other.
    contentSha256: outcome.kind === 'created' ? contentSha256(communication.properties) : null,
  };
  const { contactId, companyId, dealId } = object;
  const place = { contactId, companyId, dealId };
  await saveCrmRecord(parts.database, 'communication', record);
  await saveLogPlace(parts.database, record, place);
  return { ...record, place };
}

async function updateChanged(parts: DrainParts, rows: readonly PartRow[]): Promise<void> {
  const open = new Map<string, number>();
  for (const { object } of rows) open.set(object.key, (open.get(object.key) ?? 0) + 1);
  await updateInBatches(parts.hubspot, 'communications', {
    rows,
    beforeCall: parts.heartbeat,
    repair: parts.repair,
    settle: async (row, outcome) => {
      if (!(await settlePart(parts, row, outcome))) return;
      const left = (open.get(row.object.key) ?? 0) - 1;
      open.set(row.object.key, left);
      if (left === 0) await parts.keeper.done(row.object);
    },
  });
}

/** True when the part is written; otherwise its object was put off or given up. */
async function settlePart(parts: DrainParts, row: PartRow, outcome: UpdateOutcome): Promise<boolean> {
  const { key } = row.object;
  if (outcome.kind === 'written') {
    const record = { key, part: row.part, hubspotId: outcome.id, contentSha256: row.sha256 };
    await saveCrmRecord(parts.database, 'communication', record);
    return true;
  }
  if (outcome.failure.class === 'not-found') await makeAgain(parts, row.object, row.part);
  else await parts.keeper.failed(row.object, outcome.failure);
  return false;
}

function toRow(
  object: WaitingObject,
  communication: CommunicationPart,
  written: { hubspotId: string; sha256: string },
): PartRow {
  return {
    id: written.hubspotId,
    properties: editableOf(communication.properties),
    object,
    part: communication.part,
    sha256: written.sha256,
    wasTried: object.attempts > 0,
  };
}

/** Channel and origin are said once, at creation. */
function editableOf(properties: HubSpotProperties): HubSpotProperties {
  const editable = ['hs_communication_body', 'hs_timestamp', 'hubspot_owner_id'];
  return Object.fromEntries(Object.entries(properties).filter(([name]) => editable.includes(name)));
}
