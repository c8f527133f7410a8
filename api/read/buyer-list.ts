import type { Database } from '../../platform/database';
import type { BuyerList, BuyerListQuery } from '../contract';
import { searchVariants } from '../../domain/identity/identity.decide';
import { digitsOfPhone } from '../phone-field';
import { without } from '../without';
import { NAMES, namesOf } from './names';
import type { NameRow } from './names';
import { cursorTime, pageOf } from './page';
import { instant, instantOrNull } from './values';

type Item = BuyerList['items'][number];
type Row = Omit<Item, 'name' | 'opted_out_at' | 'created_at'> &
  NameRow & {
    opted_out_at: Date | null;
    created_at: Date;
    at: string;
  };

/** Buyers, the newest first. */
export async function listBuyers(database: Database, query: BuyerListQuery): Promise<BuyerList> {
  const { rows } = await database.query<Row>(
    `select b.id, ${NAMES}, b.opted_out_at, b.created_at, ${cursorTime('b.created_at')} as at,
        (select value from buyer_identity where buyer_id = b.id and kind = 'wa_id' and valid_to is null
          order by id desc limit 1) as wa_id,
        (select contact_id from identity_link where buyer_id = b.id and ended_at is null) as contact_id
       from buyer b
      where b.joined_into is null
        and ($1::text[] is null or exists (select 1 from buyer_identity
              where buyer_id = b.id and kind = 'wa_id' and valid_to is null and value = any($1)))
        and ($2::text is null or exists (select 1 from buyer_identity
              where buyer_id = b.id and kind in ('bsuid', 'parent_bsuid') and valid_to is null and value = $2))
        and ($3::text is null or exists (select 1 from identity_link
              where buyer_id = b.id and ended_at is null and contact_id = $3))
        and ($4::boolean is null or (b.opted_out_at is not null) = $4)
        and ($5::timestamptz is null or b.created_at < $5 or (b.created_at = $5 and b.id > $6::uuid))
      order by b.created_at desc, b.id
      limit $7`,
    [
      query.phone === undefined ? null : searchVariants(digitsOfPhone(query.phone, 'query')),
      query.user_id ?? null,
      query.contact_id ?? null,
      query.opted_out ?? null,
      query.cursor?.at ?? null,
      query.cursor?.id ?? null,
      query.limit + 1,
    ],
  );
  return pageOf(rows, query.limit, {
    item: ({ name_parts: parts, ...row }) => ({
      ...without(row, 'at'),
      name: namesOf(parts).name,
      opted_out_at: instantOrNull(row.opted_out_at),
      created_at: instant(row.created_at),
    }),
    position: ({ at, id }) => [at, id],
  });
}
