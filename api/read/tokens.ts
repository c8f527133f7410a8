import type { Database } from '../../platform/database';
import type { TokenList, TokenListQuery } from '../contract';
import { without } from '../without';
import { cursorTime, pageOf } from './page';
import { instant, instantOrNull } from './values';

type Item = TokenList['items'][number];
type Times = 'created_at' | 'expires_at' | 'revoked_at' | 'last_used_at';
type Row = Omit<Item, Times> & {
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  at: string;
};

/** All tokens of the database, the newest first, without what would open anything. */
export async function listTokens(database: Database, query: TokenListQuery): Promise<TokenList> {
  const { rows } = await database.query<Row>(
    `select id, name, scope, agent, prefix, created_at, created_by, expires_at, revoked_at, revoked_by, last_used_at,
        ${cursorTime('created_at')} as at
       from api_token
      where $1::timestamptz is null or created_at < $1 or (created_at = $1 and id > $2::uuid)
      order by created_at desc, id
      limit $3`,
    [query.cursor?.at ?? null, query.cursor?.id ?? null, query.limit + 1],
  );
  return pageOf(rows, query.limit, {
    item: (row) => ({
      ...without(row, 'at'),
      created_at: instant(row.created_at),
      expires_at: instantOrNull(row.expires_at),
      revoked_at: instantOrNull(row.revoked_at),
      last_used_at: instantOrNull(row.last_used_at),
    }),
    position: ({ at, id }) => [at, id],
  });
}
