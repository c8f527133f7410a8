import { classifyIdentifier } from '../../domain/identity/identity.decide';
import { modeOfNumber } from '../../domain/policy/policy';
import { firstRow, onlyRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { readActivePolicy } from '../../store/policy.store';

/** One identifier of a buyer. */
export type Identifier = { readonly kind: 'wa_id' | 'bsuid' | 'parent_bsuid'; readonly value: string };

const KINDS_BY_STRENGTH: readonly Identifier['kind'][] = ['bsuid', 'parent_bsuid', 'wa_id'];

/** Identifiers by their shape, never by the name of the field they came in; duplicates and empty ones left out. */
export function identifiersOf(values: readonly (string | undefined)[]): Identifier[] {
  const found = new Map<string, Identifier>();
  for (const value of values) {
    if (value === undefined) continue;
    const kind = classifyIdentifier(value);
    if (kind !== 'unknown') found.set(`${kind}:${value}`, { kind, value });
  }
  return [...found.values()].sort(
    (a, b) => KINDS_BY_STRENGTH.indexOf(a.kind) - KINDS_BY_STRENGTH.indexOf(b.kind),
  );
}

/** Takes the locks on the identifiers, always in one order, so that first contacts in parallel make one buyer. */
export async function lockIdentifiers(client: Database, identifiers: readonly Identifier[]): Promise<void> {
  await client.query(
    `select pg_advisory_xact_lock(lock_id)
       from (select distinct hashtextextended(name, 0) as lock_id from unnest($1::text[]) as name order by 1) as locks`,
    [identifiers.map((identifier) => `${identifier.kind}:${identifier.value}`)],
  );
}

/** The buyer who has one of the identifiers; the strongest kind decides. Needs the locks. */
export async function findBuyer(
  client: Database,
  identifiers: readonly Identifier[],
): Promise<string | null> {
  const found = await client.query<{ buyer_id: string }>(
    `select identity.buyer_id
       from unnest($1::text[], $2::text[]) with ordinality as wanted (kind, value, place)
       join buyer_identity as identity
         on identity.kind = wanted.kind and identity.value = wanted.value and identity.valid_to is null
      order by wanted.place
      limit 1`,
    [identifiers.map((one) => one.kind), identifiers.map((one) => one.value)],
  );
  return firstRow(found)?.buyer_id ?? null;
}

/** The buyer with these identifiers, made if new; identifiers that were not known yet are added. Needs the locks. */
export async function findOrCreateBuyer(
  client: Database,
  identifiers: readonly Identifier[],
  displayName: string | null,
): Promise<string> {
  const known = await findBuyer(client, identifiers);
  // Buyer before conversation: the order in which every gate and command takes these locks. Writing to a conversation
  // twice makes Postgres look at its buyer, so that the conversation's lock alone would end in a deadlock.
  if (known !== null) await client.query('select 1 from buyer where id = $1 for update', [known]);
  const buyerId =
    known ??
    onlyRow(
      await client.query<{ id: string }>('insert into buyer (display_name) values ($1) returning id', [
        displayName,
      ]),
    ).id;
  if (known !== null && displayName !== null)
    await client.query(
      'update buyer set display_name = $2 where id = $1 and display_name is distinct from $2',
      [known, displayName],
    );
  await addIdentifiers(client, buyerId, identifiers);
  return buyerId;
}

/** Adds identifiers to a buyer; one that belongs to somebody else stays there. */
export async function addIdentifiers(
  client: Database,
  buyerId: string,
  identifiers: readonly Identifier[],
): Promise<void> {
  await client.query(
    `insert into buyer_identity (buyer_id, kind, value)
     select $1, kind, value from unnest($2::text[], $3::text[]) as given (kind, value)
     on conflict (kind, value) where valid_to is null and kind <> 'username' do nothing`,
    [buyerId, identifiers.map((one) => one.kind), identifiers.map((one) => one.value)],
  );
}

/** The conversation of a number and a buyer, made if new. A new number starts in the mode that the policy gives it. */
export async function findOrCreateConversation(
  client: Database,
  place: {
    readonly phoneNumberId: string;
    readonly displayPhoneNumber: string | null;
    readonly buyerId: string;
  },
): Promise<string> {
  const known = firstRow(
    await client.query<{ id: string }>(
      'select id from conversation where phone_number_id = $1 and buyer_id = $2 for update',
      [place.phoneNumberId, place.buyerId],
    ),
  );
  if (known !== null) return known.id;
  const active = await readActivePolicy(client);
  const mode = active === null ? 'observe' : modeOfNumber(active.policy, place.phoneNumberId);
  await client.query(
    `insert into number (phone_number_id, display_phone_number, mode) values ($1, $2, $3)
     on conflict (phone_number_id) do nothing`,
    [place.phoneNumberId, place.displayPhoneNumber, mode],
  );
  const created = await client.query<{ id: string }>(
    `insert into conversation (phone_number_id, buyer_id) values ($1, $2)
     on conflict (phone_number_id, buyer_id) do update set buyer_id = excluded.buyer_id
     returning id`,
    [place.phoneNumberId, place.buyerId],
  );
  return onlyRow(created).id;
}
