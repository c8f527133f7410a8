import type { Identifier } from '../../domain/identity/holder.decide';
import { isUserId } from '../../domain/identity/holder.decide';
import type { Database } from '../../platform/database';
import { endOldIdentifiers, noteIdentifier } from './identifiers';
import { endWhatWasLeft, readIdentityChange } from './identity-change';
import { IDENTITY_TIMES } from './join-record';
import { isSame } from './known-forms';
import type { StoredItem } from './item';
import { bothOf, remembered, restore } from './undo-rows';
import type { Undoing } from './undo-rows';
import { noteUsername } from './usernames';
import { storedMessageSchema } from './webhook.schema';

/** What came after a join, with the one of the two whose it is. */
export type NewerItem = {
  readonly item: StoredItem;
  readonly identifiers: readonly Identifier[];
  readonly username: string | null;
  readonly atMs: number;
  readonly buyerId: string;
  /** It names this one alone, and so tells since when and until when they had their identifiers. */
  readonly isTelling: boolean;
};

/**
 * Gives both buyers their identifiers back with the times of before the join, except where something that was reported
 * since has changed them: what the join and its item made of them goes.
 */
export async function restoreIdentifiers(client: Database, undoing: Undoing): Promise<void> {
  await restore(client, undoing, { table: 'buyer_identity', columns: ['buyer_id'] });
  const times = IDENTITY_TIMES.filter((column) => column !== 'valid_to');
  await client.query(
    `update buyer_identity as now
        set ${times.map((column) => `${column} = case when ${isAsJoined(column)} then before.${column} else now.${column} end`).join(', ')},
            valid_to = case when ${isAsJoined('valid_to')} then least(before.valid_to, ${nextOf('before')}) else now.valid_to end
       from ${remembered('buyer_identity', 'buyer_id')}
      where now.id = remembered.id and now.buyer_id = any($2::uuid[])`,
    [undoing.joinId, bothOf(undoing)],
  );
}

/** Whether a column is what the join has made of it. Joins of earlier versions remembered fewer columns and no results. */
const isAsJoined = (column: string): string =>
  `(remembered.columns ? '${column}' and (remembered.results is null or now.${column} is not distinct from after.${column}))`;

/** When the next one who was seen with an identifier since begins; everybody's time with a number ends there. */
const nextOf = (row: 'before' | 'now'): string => `(
  select min(coalesce(next.proven_from, next.valid_from)) - interval '1 millisecond' from buyer_identity as next
   where next.kind = now.kind and next.value = now.value and next.kind <> 'username' and next.id <> now.id
     and coalesce(next.proven_from, next.valid_from) > coalesce(${row}.proven_from, ${row}.valid_from)
     and not ${isRemembered('next')})`;

/** SQL for whether an identifier was known of one of the two before the join, which is `$1`. */
export const isRemembered = (alias: string): string => `exists (
  select 1 from buyer_join_row as known
   where known.buyer_join_id = $1 and known.table_name = 'buyer_identity' and known.row_id = ${alias}.id::text)`;

/**
 * Notes once more what was reported since about one of the two alone, as if they had never been one: a change of the one
 * ended the other one's identifiers as well. What names both tells nothing about either.
 */
export async function noteAnew(
  client: Database,
  undoing: Undoing,
  items: readonly NewerItem[],
): Promise<void> {
  const telling = items.filter(({ isTelling }) => isTelling);
  await reopenEnded(client, undoing, telling);
  await giveUsernames(client, undoing, items);
  for (const item of telling) await noteItem(client, undoing, item);
}

/** Opens again what ended, since the join, at the moment at which the other one got new identifiers. */
async function reopenEnded(client: Database, undoing: Undoing, items: readonly NewerItem[]): Promise<void> {
  const changes = items.filter(({ item }) => item.kind === 'identity_change');
  const values = [
    undoing.joinId,
    bothOf(undoing),
    changes.map(({ buyerId }) => buyerId),
    changes.map(({ atMs }) => new Date(atMs)),
  ];
  const changed = `
    with changed as (
      select buyer_id, valid_from as at from buyer_identity
       where buyer_id = any($2::uuid[]) and is_start_known and kind <> 'username'
       union select * from unnest($3::uuid[], $4::timestamptz[]))`;
  const isOfOther = `now.kind <> 'username'
    and exists (select 1 from changed where changed.at = now.valid_to and changed.buyer_id <> now.buyer_id)`;
  await client.query(
    `${changed}
     update buyer_identity as now set valid_to = least(before.valid_to, ${nextOf('before')})
       from ${remembered('buyer_identity', 'valid_to')}
      where now.id = remembered.id and now.buyer_id = any($2::uuid[]) and ${isOfOther}
        and now.valid_to is distinct from before.valid_to`,
    values,
  );
  await client.query(
    `${changed}
     update buyer_identity as now set valid_to = ${nextOf('now')}
      where now.buyer_id = any($2::uuid[]) and not ${isRemembered('now')} and ${isOfOther}`,
    values,
  );
}

/** A username that only the joined buyer has shown since is theirs. */
async function giveUsernames(client: Database, undoing: Undoing, items: readonly NewerItem[]): Promise<void> {
  const { survivingId, joinedId, joinId } = undoing;
  const shownBy = (buyerId: string): string[] =>
    items.filter((one) => one.buyerId === buyerId).flatMap(({ username }) => username ?? []);
  const ours = new Set(shownBy(survivingId));
  const theirs = shownBy(joinedId).filter((username) => !ours.has(username));
  await client.query(
    `update buyer_identity as now set buyer_id = $3
      where now.buyer_id = $2 and now.kind = 'username' and now.value = any($4) and not ${isRemembered('now')}`,
    [joinId, survivingId, joinedId, theirs],
  );
}

async function noteItem(client: Database, undoing: Undoing, newer: NewerItem): Promise<void> {
  const { item, buyerId, atMs, identifiers, username } = newer;
  const change =
    item.kind === 'identity_change' ? readIdentityChange(storedMessageSchema.parse(item.raw).message) : null;
  const others = await heldBy(client, otherOf(undoing, buyerId), identifiers);
  const own = identifiers.filter((one) => !others.some((other) => isSame(one, other)));
  for (const identifier of own)
    await noteIdentifier(client, {
      buyerId,
      identifier,
      atMs,
      isTaken: change?.taken.some((one) => isSame(one, identifier)) ?? false,
      isProven: own.some(isUserId),
      stranger: undefined,
    });
  await endOldIdentifiers(client, buyerId);
  if (change !== null) await endWhatWasLeft(client, buyerId, { change, atMs });
  await noteUsername(client, { buyerId, username, atMs });
}

const otherOf = ({ survivingId, joinedId }: Undoing, buyerId: string): string =>
  buyerId === survivingId ? joinedId : survivingId;

async function heldBy(
  client: Database,
  buyerId: string,
  identifiers: readonly Identifier[],
): Promise<Identifier[]> {
  const { rows } = await client.query<Identifier>(
    `select distinct kind, value from buyer_identity
      where buyer_id = $1 and (kind, value) in (select * from unnest($2::text[], $3::text[]))`,
    [buyerId, identifiers.map(({ kind }) => kind), identifiers.map(({ value }) => value)],
  );
  return rows;
}
