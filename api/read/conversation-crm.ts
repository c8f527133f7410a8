import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import type { ConversationDetail } from '../contract';
import { ROWS_MAX, instantOrNull } from './values';

type CrmRow = Omit<ConversationDetail['crm'][number], 'synced_at'> & { synced_at: Date | null };

/** Which HubSpot contact the buyer is, as far as known. */
export async function readIdentity(
  database: Database,
  buyerId: string,
): Promise<ConversationDetail['identity']> {
  return firstRow(
    await database.query<NonNullable<ConversationDetail['identity']>>(
      `select status, reason_code, confidence, contact_id, company_id, deal_id, candidates
         from identity_link where buyer_id = $1 and ended_at is null`,
      [buyerId],
    ),
  );
}

/** The HubSpot records of this conversation, and what still has to be written to them. */
export async function listCrmRecords(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['crm']> {
  const { rows } = await database.query<CrmRow>(
    `with keys as (
        select object_kind, buyer_id::text as object_key
          from conversation, unnest(array['identity', 'contact']) as object_kind where id = $1
        union all select 'communication', id::text from episode where conversation_id = $1
      ), waiting as (
        select object_kind, object_key, min(created_at) as since
          from crm_outbox join keys using (object_kind, object_key)
         where done_at is null and dead_at is null group by object_kind, object_key
      ), records as (
        select object_kind, object_key, hubspot_id, synced_at from crm_record join keys using (object_kind, object_key)
      )
      select object_kind, object_key, hubspot_id, synced_at, waiting.since is not null as pending
        from records full join waiting using (object_kind, object_key)
       order by coalesce(waiting.since, synced_at) desc, object_kind, object_key limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({ ...row, synced_at: instantOrNull(row.synced_at) }));
}
