import type { Database } from '../platform/database';

/** What was written to HubSpot last for one object. */
export type CrmRecord = {
  readonly key: string;
  readonly part: number;
  readonly hubspotId: string;
  readonly contentSha256: string | null;
};

export type MirroredKind = 'contact' | 'communication';

/** The records of the given objects, parts in order. */
export async function readCrmRecords(
  database: Database,
  kind: MirroredKind,
  keys: readonly string[],
): Promise<CrmRecord[]> {
  const result = await database.query<CrmRecord>(
    `select object_key as "key", part, hubspot_id as "hubspotId", content_sha256 as "contentSha256"
     from crm_record where object_kind = $1 and object_key = any($2) order by object_key, part`,
    [kind, keys],
  );
  return result.rows;
}

/** Remembers what was written, under the id HubSpot answered with. */
export async function saveCrmRecord(
  database: Database,
  kind: MirroredKind,
  record: CrmRecord,
): Promise<void> {
  await database.query(
    `insert into crm_record (object_kind, object_key, part, hubspot_id, content_sha256, synced_at)
     values ($1, $2, $3, $4, $5, now())
     on conflict (object_kind, object_key, part) do update
       set hubspot_id = excluded.hubspot_id, content_sha256 = excluded.content_sha256, synced_at = excluded.synced_at`,
    [kind, record.key, record.part, record.hubspotId, record.contentSha256],
  );
}

/** Forgets a record that no longer exists in HubSpot, so that the next drain makes a new one. */
export async function forgetCrmRecord(
  database: Database,
  kind: MirroredKind,
  record: { readonly key: string; readonly part: number },
): Promise<void> {
  await database.query('delete from crm_record where object_kind = $1 and object_key = $2 and part = $3', [
    kind,
    record.key,
    record.part,
  ]);
}
