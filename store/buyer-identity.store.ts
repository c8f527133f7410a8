import type { Identifier } from '../domain/identity/identifier';
import { inAllForms } from '../domain/identity/number-variants';
import type { Database } from '../platform/database';

/**
 * Takes the locks on the identifiers, of numbers in all their national forms, always in one order and before any buyer, so
 * that first contacts in parallel make one buyer.
 */
export async function lockIdentifiers(client: Database, identifiers: readonly Identifier[]): Promise<void> {
  await client.query(
    `select pg_advisory_xact_lock(lock_id)
       from (select distinct hashtextextended(name, 0) as lock_id from unnest($1::text[]) as name order by 1) as locks`,
    [inAllForms(identifiers).map(({ kind, value }) => `${kind}:${value}`)],
  );
}

/**
 * The same for everything that names these buyers, before a person's order locks them: identifiers, then buyers, is the
 * order in which evidence takes these locks.
 */
export async function lockIdentifiersOf(client: Database, buyerIds: readonly string[]): Promise<void> {
  const named = await client.query<Identifier>(
    `select distinct kind, value from buyer_identity where buyer_id = any($1) and kind <> 'username'`,
    [buyerIds],
  );
  await lockIdentifiers(client, named.rows);
}

/**
 * Notes under which names WhatsApp knows the one whom it has brought a message of ours, so that an answer under any of them
 * comes from this buyer. What belongs to somebody else stays theirs. The caller holds the locks of the identifiers and then
 * of the conversation.
 */
export async function noteKnownAs(
  client: Database,
  conversationId: string,
  identifiers: readonly Identifier[],
): Promise<void> {
  await client.query(
    `insert into buyer_identity (buyer_id, kind, value)
     select conversation.buyer_id, named.kind, named.value
       from conversation cross join unnest($2::text[], $3::text[]) as named (kind, value)
      where conversation.id = $1
        -- A user id never passes to another person, a number only where it is reported.
        and not exists (select 1 from buyer_identity as held
                         where held.kind = named.kind and held.value = named.value
                           and (held.valid_to is null or named.kind <> 'wa_id' or held.buyer_id = conversation.buyer_id))
     on conflict (kind, value) where valid_to is null and kind <> 'username' do nothing`,
    [conversationId, identifiers.map(({ kind }) => kind), identifiers.map(({ value }) => value)],
  );
}

/** The names under which the buyer of a conversation was known at a time. */
export async function readNamesAt(client: Database, conversationId: string, at: Date): Promise<Identifier[]> {
  const { rows } = await client.query<Identifier>(
    `select distinct kind, value from buyer_identity
       join conversation on conversation.buyer_id = buyer_identity.buyer_id
      where conversation.id = $1 and kind <> 'username'
        and (valid_to is null or valid_to >= $2) and (not is_start_known or valid_from <= $2)`,
    [conversationId, at],
  );
  return rows;
}

/** SQL for whether the buyer of a row's conversation is not known by some of the names in an array of values. */
export const isUnknownName = (table: string, names: string): string =>
  `exists (select 1 from unnest(${names}) as named (value)
            where value is not null
              and not exists (select 1 from buyer_identity as held join conversation on conversation.buyer_id = held.buyer_id
                               where conversation.id = ${table}.conversation_id and held.value = named.value))`;
