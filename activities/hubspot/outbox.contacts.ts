import type { WaitingObject } from '../../store/crm-outbox.store';
import { readContactContents } from '../../store/crm-content.store';
import { readCrmRecords, saveCrmRecord } from '../../store/crm-record.store';
import { toContactProperties } from './contact.mapping';
import { contentSha256 } from './content.sha256';
import { HubSpotCallError } from './hubspot.errors';
import type { DrainParts } from './outbox.parts';
import { resolveAgain } from './outbox.identities';
import { updateInBatches } from './outbox.update';
import type { UpdateOutcome, UpdateRow } from './outbox.update';

type ContactRow = UpdateRow & { readonly object: WaitingObject; readonly sha256: string };

/** Brings our own properties of the given buyers' contacts up to date; what stands there already costs no call. */
export async function mirrorContacts(parts: DrainParts, objects: readonly WaitingObject[]): Promise<void> {
  const keys = objects.map((object) => object.key);
  const contents = new Map(
    (await readContactContents(parts.database, keys)).map((content) => [content.buyerId, content]),
  );
  const records = new Map(
    (await readCrmRecords(parts.database, 'contact', keys)).map((record) => [record.key, record]),
  );
  const rows: ContactRow[] = [];
  for (const object of objects) {
    const content = contents.get(object.key);
    if (content === undefined || object.contactId === null) {
      await parts.keeper.dead(object, 'nothing-to-mirror');
      continue;
    }
    const properties = toContactProperties(content);
    const sha256 = contentSha256(properties);
    const record = records.get(object.key);
    if (record?.hubspotId === object.contactId && record.contentSha256 === sha256)
      await parts.keeper.done(object);
    else rows.push({ id: object.contactId, properties, object, sha256, wasTried: object.attempts > 0 });
  }
  await updateInBatches(parts.hubspot, 'contacts', {
    rows,
    settle: (row, outcome) => settle(parts, row, outcome),
    beforeCall: parts.heartbeat,
    repair: parts.repair,
  });
}

async function settle(parts: DrainParts, row: ContactRow, outcome: UpdateOutcome): Promise<void> {
  if (outcome.kind === 'failed') {
    await (outcome.failure.class === 'not-found'
      ? resolveAgain(parts, row.object)
      : parts.keeper.failed(row.object, outcome.failure));
    return;
  }
  const { key } = row.object;
  await saveCrmRecord(parts.database, 'contact', {
    key,
    part: 1,
    hubspotId: outcome.id,
    contentSha256: row.sha256,
  });
  await parts.keeper.done(row.object);
  // Another id means that contacts were merged: the link follows.
  if (outcome.id !== row.id) await followMerge(parts, row.object);
}

async function followMerge(parts: DrainParts, object: WaitingObject): Promise<void> {
  try {
    await parts.lookUp(object.buyerId);
  } catch (error) {
    // The old id still leads to the contact, so the next fact of this buyer tries again.
    if (!(error instanceof HubSpotCallError)) throw error;
  }
}
