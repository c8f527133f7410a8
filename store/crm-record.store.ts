import type { Database } from '../platform/database';

/** What was written to HubSpot last for one object. */
export type CrmRecord = {
  readonly key: string;
  readonly part: number;
  readonly hubspotId: string;
  readonly contentSha256: string | null;
};

/** What a log entry hangs on. */
export type CrmPlace = {
  readonly contactId: string | null;
  readonly companyId: string | null;
  readonly dealId: string | null;
};

export type MirroredKind = 'contact' | 'communication';

/** A log entry with what it hangs on. */
export type PlacedRecord = CrmRecord & { readonly place: CrmPlace };

/** The log entries of the given episodes, parts in order. */
export async function readLogRecords(
  database: Database,
  episodeIds: readonly string[],
): Promise<PlacedRecord[]> {
  const result = await database.query<PlacedRecord>(
    `select object_key as "key", part, hubspot_id as "hubspotId", content_sha256 as "contentSha256",
       jsonb_build_object('contactId', contact_id, 'companyId', company_id, 'dealId', deal_id) as "place"
     from crm_record where object_kind = 'communication' and object_key = any($1) order by object_key, part`,
    [episodeIds],
  );
  return result.rows;
}

/** Remembers what a log entry hangs on. */
export async function saveLogPlace(
  database: Database,
  record: { readonly key: string; readonly part: number },
  place: CrmPlace,
): Promise<void> {
  await database.query(
    `update crm_record set contact_id = $3, company_id = $4, deal_id = $5
      where object_kind = 'communication' and object_key = $1 and part = $2`,
    [record.key, record.part, place.contactId, place.companyId, place.dealId],
  );
}

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
