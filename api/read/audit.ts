import type { Database } from '../../platform/database';
import type { AuditList, AuditQuery } from '../contract';
import { without } from '../without';
import { cursorTime, pageOf } from './page';
import { instant } from './values';

type Item = AuditList['items'][number];
type Row = Omit<Item, 'created_at' | 'target'> & {
  created_at: Date;
  target_kind: string | null;
  target_id: string | null;
  at: string;
};

/** The audit log, the newest first. A conversation that was joined with another is found under either id. */
export async function listAudit(database: Database, query: AuditQuery): Promise<AuditList> {
  const { rows } = await database.query<Row>(
    `select id, kind, actor, is_verified, reason, outcome, answer ->> 'refusal' as refusal, arguments, conversation_id,
        buyer_join_id, target_kind, target_id, created_at, ${cursorTime('created_at')} as at
       from command
      where ($1::text is null or actor = $1)
        and ($2::text is null or kind = $2)
        and ($3::text is null or outcome = $3)
        and ($4::uuid is null or conversation_id = (select coalesce(merged_into, id) from conversation where id = $4)
             or (target_kind = 'conversation' and target_id = $4::text))
        and ($5::timestamptz is null or created_at >= $5)
        and ($6::timestamptz is null or created_at < $6)
        and ($7::timestamptz is null or created_at < $7 or (created_at = $7 and id > $8::uuid))
      order by created_at desc, id
      limit $9`,
    [
      query.actor,
      query.kind,
      query.outcome,
      query.conversation_id,
      query.from,
      query.before,
      query.cursor?.at,
      query.cursor?.id,
      query.limit + 1,
    ],
  );
  return pageOf(rows, query.limit, {
    item: ({ target_kind: kind, target_id: id, ...row }) => ({
      ...without(row, 'at'),
      target: kind === null || id === null ? null : { kind, id },
      created_at: instant(row.created_at),
    }),
    position: ({ at, id }) => [at, id],
  });
}
