import { onlyRow } from '../platform/database';
import type { Database, TransactionalDatabase } from '../platform/database';

/** What a row of the outbox mirrors: the link itself, the contact's properties, or the log of one episode. */
export type CrmObjectKind = 'identity' | 'contact' | 'communication';

/** All waiting rows of one object, with the link of its buyer as it stood when they were read. */
export type WaitingObject = {
  readonly kind: CrmObjectKind;
  /** Buyer id for identity and contact, episode id for communication. */
  readonly key: string;
  readonly rowIds: readonly number[];
  readonly attempts: number;
  readonly buyerId: string;
  readonly contactId: string | null;
  readonly companyId: string | null;
  readonly dealId: string | null;
};

/**
 * Notes that an object must be mirrored. Runs in the caller's transaction, together with the fact it mirrors; what is written
 * is rendered when sent, so many notes for one object become one call.
 */
export async function enqueueCrm(
  client: Database,
  row: {
    objectKind: CrmObjectKind;
    objectKey: string;
    conversationId: string;
    decisionId: number;
  },
): Promise<void> {
  await client.query(
    `insert into crm_outbox (object_kind, object_key, conversation_id, decision_id) values ($1, $2, $3, $4)`,
    [row.objectKind, row.objectKey, row.conversationId, row.decisionId],
  );
}

/**
 * Notes that a buyer's contact and the log of an episode, if there is one, must follow: what most decisions change. The
 * log may wait for more to come.
 */
export async function enqueueContactAndLog(
  client: Database,
  rows: {
    readonly buyerId: string;
    readonly episodeId: string | null;
    readonly conversationId: string;
    readonly decisionId: number;
    readonly logNotBeforeMs?: number;
  },
): Promise<void> {
  await client.query(
    `insert into crm_outbox (object_kind, object_key, conversation_id, decision_id, not_before)
     select kind, key, $1::uuid, $2::bigint, coalesce(to_timestamp(not_before_ms / 1000), now())
       from (values (1, 'contact', $3::text, null), (2, 'communication', $4, $5::float8)) as row (place, kind, key, not_before_ms)
      where key is not null
      order by place`,
    [rows.conversationId, rows.decisionId, rows.buyerId, rows.episodeId, rows.logNotBeforeMs ?? null],
  );
}

/**
 * Notes that the log of an episode must be written again because its words changed, under the decision it was written for
 * last. An episode without a decision is not mirrored yet.
 */
export async function enqueueEpisodeAgain(client: Database, episodeId: string): Promise<void> {
  await client.query(
    `insert into crm_outbox (object_kind, object_key, conversation_id, decision_id)
     select 'communication', $1::uuid::text, conversation_id, id from decision where episode_id = $1::uuid
      order by id desc limit 1`,
    [episodeId],
  );
}

/**
 * Notes that the logs of a buyer must hang on another contact, because the buyer's link has changed: those that were
 * written and hang elsewhere, each under the decision it was written for last. Runs in the caller's transaction.
 */
export async function enqueueRelinked(client: Database, buyerId: string): Promise<void> {
  await client.query(
    `insert into crm_outbox (object_kind, object_key, conversation_id, decision_id)
     select 'communication', episode.id::text, conversation.id, newest.id
       from conversation
       join episode on episode.conversation_id = conversation.id
       join lateral (select id from decision where episode_id = episode.id order by id desc limit 1) as newest on true
       left join identity_link as link on link.buyer_id = conversation.buyer_id and link.ended_at is null
      where conversation.buyer_id = $1 and exists (
        select 1 from crm_record
         where object_kind = 'communication' and object_key = episode.id::text
           and crm_record.contact_id is distinct from link.contact_id)`,
    [buyerId],
  );
}

/**
 * Rows that can be mirrored now or later: those of a buyer without a contact wait without costing a call, but a log that
 * hangs on a contact who is no longer the buyer's is taken off.
 */
const SENDABLE = `
  from crm_outbox o
  join conversation c on c.id = o.conversation_id
  left join identity_link l on l.buyer_id = c.buyer_id and l.ended_at is null
  where o.done_at is null and o.dead_at is null and (o.object_kind = 'identity' or l.contact_id is not null
    or (o.object_kind = 'communication' and exists (
      select 1 from crm_record r where r.object_kind = 'communication' and r.object_key = o.object_key
         and r.contact_id is not null)))`;

/** The objects that are due, oldest first, each with every row that waits for it. */
export async function readDueObjects(database: Database, objectsMax: number): Promise<WaitingObject[]> {
  const result = await database.query<WaitingObject>(
    `select o.object_kind as "kind", o.object_key as "key", array_agg(o.id::float8) as "rowIds",
       max(o.attempts) as "attempts", c.buyer_id as "buyerId", l.contact_id as "contactId",
       l.company_id as "companyId", l.deal_id as "dealId"
     ${SENDABLE}
     group by o.object_kind, o.object_key, c.buyer_id, l.contact_id, l.company_id, l.deal_id
     having min(o.not_before) <= now()
     order by min(o.not_before), min(o.id)
     limit $1`,
    [objectsMax],
  );
  return result.rows;
}

/** The newest row that can be mirrored and when the first is due; null when none waits. */
export async function readSendable(
  database: Database,
): Promise<{ newestId: number; dueAtMs: number } | null> {
  const result = await database.query<{ newestId: number | null; dueAtMs: number | null }>(
    `select max(o.id) as "newestId", to_ms(min(o.not_before)) as "dueAtMs" ${SENDABLE}`,
  );
  const { newestId, dueAtMs } = onlyRow(result);
  return newestId === null || dueAtMs === null ? null : { newestId, dueAtMs };
}

/** When the next row that can be mirrored is due, in whole ms and never before; null when nothing waits. */
export async function readNextDueAt(database: Database): Promise<number | null> {
  const waiting = await readSendable(database);
  return waiting === null ? null : Math.ceil(waiting.dueAtMs);
}

/** Notes that a write is about to begin, so that whoever comes after a crash knows that it may have taken effect. */
export async function noteAttempt(database: Database, rowIds: readonly number[]): Promise<void> {
  await database.query('update crm_outbox set attempts = attempts + 1 where id = any($1)', [rowIds]);
}

/** Settles exactly the rows that were read: a fact that came meanwhile has a row of its own and is not lost. */
export async function markDone(database: Database, rowIds: readonly number[]): Promise<void> {
  await database.query('update crm_outbox set done_at = now(), error_code = null where id = any($1)', [
    rowIds,
  ]);
}

/** Gives rows up for good; the code says why. */
export async function markDead(
  database: Database,
  rowIds: readonly number[],
  errorCode: string,
): Promise<void> {
  await database.query('update crm_outbox set dead_at = now(), error_code = $2 where id = any($1)', [
    rowIds,
    errorCode,
  ]);
}

/** Puts rows off and lets the others go on. */
export async function postpone(
  database: Database,
  rowIds: readonly number[],
  delay: { delayMs: number; errorCode: string },
): Promise<void> {
  await database.query(
    `update crm_outbox set attempts = attempts + 1, error_code = $3,
       not_before = now() + $2 * interval '1 millisecond'
     where id = any($1)`,
    [rowIds, delay.delayMs, delay.errorCode],
  );
}

/** Runs `work` unless the same portal is being drained already (by a run whose end nobody noticed); null = not run. */
export async function withDrainLock<Result>(
  database: TransactionalDatabase,
  portalId: string,
  work: () => Promise<Result>,
): Promise<Result | null> {
  const client = await database.connect();
  let isBroken = false;
  const run = async (sql: string): Promise<boolean> => {
    const result = await client.query<{ held: boolean }>(sql, [`crm-sync-${portalId}`]);
    return onlyRow(result).held;
  };
  try {
    if (!(await run('select pg_try_advisory_lock(hashtextextended($1, 0)) as held'))) return null;
    try {
      return await work();
    } finally {
      await run('select pg_advisory_unlock(hashtextextended($1, 0)) as held');
    }
  } catch (error) {
    // The lock belongs to the connection: closing it is the sure way to give it back.
    isBroken = true;
    throw error;
  } finally {
    client.release(isBroken);
  }
}
