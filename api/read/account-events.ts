import type { Database } from '../../platform/database';
import type { AccountEventList, AccountEventListQuery } from '../contract';
import { pageOf } from './page';
import { instant } from './values';

type EventRow = Omit<AccountEventList['items'][number], 'occurred_at'> & { occurred_at: Date };

/** Reports about the account, the newest first. */
export async function listAccountEvents(
  database: Database,
  query: AccountEventListQuery,
): Promise<AccountEventList> {
  const { rows } = await database.query<EventRow>(
    `select id, field, waba_id, number, event, severity, occurred_at, raw from account_event
      where ($1::text is null or field = $1) and ($2::text is null or severity = $2) and ($3::bigint is null or id < $3)
      order by id desc limit $4`,
    [query.field ?? null, query.severity ?? null, query.cursor ?? null, query.limit + 1],
  );
  return pageOf(rows, query.limit, {
    item: (row) => ({ ...row, occurred_at: instant(row.occurred_at) }),
    position: ({ id }) => [id],
  });
}
