import type { Holder, Identifier } from '../../domain/identity/holder.decide';
import type { Database } from '../../platform/database';

export { identifiersOf } from '../../domain/identity/identifier';

/** A holder, with the row that says so. */
export type HeldIdentifier = Holder & { readonly rowId: number };

/** Who had the identifiers at a time, in the order of these; a user id names its buyer also after its end. */
export async function findHolders(
  client: Database,
  identifiers: readonly Identifier[],
  atMs: number,
): Promise<HeldIdentifier[]> {
  const found = await client.query<HeldIdentifier>(
    `select holder.id as "rowId", buyer.id as "buyerId", holder.kind, holder.value, to_ms(coalesce(holder.proven_from, holder.valid_from)) as "sinceMs",
            (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'value', value)), '[]') from buyer_identity
              where buyer_id = buyer.id and kind in ('bsuid', 'parent_bsuid')
                and (valid_to is null or valid_to >= $3) and (not is_start_known or valid_from <= $3)
                -- Those of a number that the buyer took over later are of later.
                and not exists (select 1 from buyer_identity as number
                                 where number.buyer_id = buyer.id and number.kind = 'wa_id' and number.is_start_known
                                   and number.valid_from > $3 and number.valid_from <= buyer_identity.valid_from)) as "userIds"
       from unnest($1::text[], $2::text[]) with ordinality as wanted (kind, value, place)
       cross join lateral (
         select * from buyer_identity
          where kind = wanted.kind and value = wanted.value
            and (kind <> 'wa_id' or ((valid_to is null or valid_to >= $3) and (not is_start_known or valid_from <= $3)))
          order by coalesce(valid_to < $3, false), valid_to nulls last limit 1) as holder
       join buyer on buyer.id = holder.buyer_id
      order by wanted.place`,
    [...columnsOf(identifiers), new Date(atMs)],
  );
  return found.rows;
}

/** An identifier that an item shows with a buyer. */
export type Shown = {
  readonly buyerId: string;
  readonly identifier: Identifier;
  readonly atMs: number;
  /** The buyer took it over at this time. */
  readonly isTaken: boolean;
  /** The item names the buyer by a user id as well. */
  readonly isProven: boolean;
  /** Somebody else who had it then, as far as was known. */
  readonly stranger: HeldIdentifier | undefined;
};

/** Notes that a buyer had an identifier at a time. Of a number that several people had, everybody's time ends where the next one's begins. */
export async function noteIdentifier(client: Database, shown: Shown): Promise<void> {
  const { stranger, atMs } = shown;
  if (stranger !== undefined && stranger.sinceMs < atMs) {
    await passOn(client, shown, stranger);
    return;
  }
  if (await extend(client, shown)) return;
  await client.query(
    `insert into buyer_identity (buyer_id, kind, value, valid_from, is_start_known, proven_from, valid_to)
     select $1::uuid, $2::text, $3::text, $4::timestamptz, $5::boolean, case when $6 then $4::timestamptz end, (
              select min(coalesce(proven_from, valid_from)) - interval '1 millisecond' from buyer_identity
               where kind = $2 and value = $3 and buyer_id <> $1 and coalesce(proven_from, valid_from) > $4)
      where not exists (select 1 from buyer_identity
                         where kind = $2 and value = $3 and buyer_id <> $1 and coalesce(proven_from, valid_from) <= $4
                           and (valid_to is null or valid_to >= $4))
     on conflict (kind, value) where valid_to is null and kind <> 'username' do nothing`,
    valuesOf(shown),
  );
}

/** From this time on the number is this buyer's. */
async function passOn(client: Database, shown: Shown, stranger: HeldIdentifier): Promise<void> {
  const end = `$1::timestamptz - interval '1 millisecond'`;
  const at = new Date(shown.atMs);
  const [{ before } = { before: null }] = (
    await client.query<{ before: Date | null }>(
      `update buyer_identity set valid_to = ${end} from (select valid_to from buyer_identity where id = $2) as old
        where id = $2 returning old.valid_to as before`,
      [at, stranger.rowId],
    )
  ).rows;
  if (await extend(client, shown)) return;
  await client.query(
    `insert into buyer_identity (buyer_id, kind, value, valid_from, is_start_known, proven_from, valid_to)
     values ($1, $2, $3, $4, $5, case when $6 then $4::timestamptz end, $7)`,
    [...valuesOf(shown), before],
  );
}

/** True when the buyer has the identifier already, at this time or from a later one on, or had given up a user id before. */
async function extend(client: Database, shown: Shown): Promise<boolean> {
  const extended = await client.query(
    `update buyer_identity
        set valid_from = case when is_start_known or valid_to < $4 then valid_from else least(valid_from, $4) end,
            proven_from = case when $6 and not coalesce(valid_to < $4, false) then least(proven_from, $4) else proven_from end,
            is_start_known = is_start_known or ($5 and valid_from >= $4)
      where id = (select id from buyer_identity
                   where buyer_id = $1 and kind = $2 and value = $3
                     and (valid_to is null or valid_to >= $4 or kind <> 'wa_id')
                   order by coalesce(valid_to < $4, false), valid_to nulls last limit 1)`,
    valuesOf(shown),
  );
  return extended.rowCount === 1;
}

function valuesOf(shown: Shown): unknown[] {
  const { buyerId, identifier, atMs, isTaken, isProven } = shown;
  return [buyerId, identifier.kind, identifier.value, new Date(atMs), isTaken, isProven];
}

/**
 * Ends identifiers of a buyer at a time: what was sent before that still finds its buyer, also where only a later time of
 * the buyer with the same identifier was known until now.
 */
export async function endIdentifiers(
  client: Database,
  buyerId: string,
  ended: { readonly identifiers: readonly Identifier[]; readonly atMs: number },
): Promise<void> {
  await client.query(
    `update buyer_identity set valid_to = $4
      where id in (select distinct on (kind, value) id from buyer_identity
                    where buyer_id = $1 and (kind, value) in (select * from unnest($2::text[], $3::text[]))
                      and valid_from <= $4 and (valid_to is null or valid_to >= $4)
                    order by kind, value, valid_to nulls last)`,
    [buyerId, ...columnsOf(ended.identifiers), new Date(ended.atMs)],
  );
  await client.query(
    `insert into buyer_identity (buyer_id, kind, value, valid_from, is_start_known, valid_to)
     select $1, kind, value, $4, false, $4 from unnest($2::text[], $3::text[]) as given (kind, value)
      where not exists (select 1 from buyer_identity as known
                         where known.kind = given.kind and known.value = given.value and known.valid_from <= $4
                           and (known.buyer_id = $1 or known.valid_to is null or known.valid_to >= $4))`,
    [buyerId, ...columnsOf(ended.identifiers), new Date(ended.atMs)],
  );
}

/**
 * With a new number everybody gets new user ids, and has the old number no longer: what a buyer was seen with before ends
 * there, also if not named, and also where the new number is hidden. Gives what ended.
 */
export async function endOldIdentifiers(client: Database, buyerId: string): Promise<Identifier[]> {
  const { rows } = await client.query<Identifier>(
    `update buyer_identity as old set valid_to = moved.at
       from (select ids.id, min(later.valid_from) as at
               from buyer_identity as ids
               join buyer_identity as later on later.buyer_id = ids.buyer_id and later.kind <> 'username'
                and later.is_start_known and later.valid_from > ids.valid_from
              where ids.buyer_id = $1 and ids.kind <> 'username' group by ids.id) as moved
      where old.id = moved.id and (old.valid_to is null or old.valid_to > moved.at)
      returning old.kind, old.value`,
    [buyerId],
  );
  return rows;
}

/** The numbers that a buyer has at a time. */
export async function numbersAt(client: Database, buyerId: string, atMs: number): Promise<Identifier[]> {
  const { rows } = await client.query<Identifier>(
    `select distinct kind, value from buyer_identity
      where buyer_id = $1 and kind = 'wa_id' and valid_from <= $2 and (valid_to is null or valid_to >= $2)`,
    [buyerId, new Date(atMs)],
  );
  return rows;
}

function columnsOf(identifiers: readonly Identifier[]): [string[], string[]] {
  return [identifiers.map((one) => one.kind), identifiers.map((one) => one.value)];
}
