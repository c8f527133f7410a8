import { classifyIdentifier } from '../../domain/identity/identity.decide';
import { modeOfNumber } from '../../domain/policy/policy';
import { firstRow, onlyRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { readActivePolicy } from '../../store/policy.store';
import { joinBuyers } from './join-buyers';

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
async function lockIdentifiers(client: Database, identifiers: readonly Identifier[]): Promise<void> {
  await client.query(
    `select pg_advisory_xact_lock(lock_id)
       from (select distinct hashtextextended(name, 0) as lock_id from unnest($1::text[]) as name order by 1) as locks`,
    [identifiers.map((identifier) => `${identifier.kind}:${identifier.value}`)],
  );
}

/** What an item tells about its sender or recipient. */
export type Person = {
  readonly identifiers: readonly Identifier[];
  readonly displayName: string | null;
  /** Provider's time of the item: identifiers pass from one person to another, so it counts who had them then. */
  readonly atMs: number;
  /** Null: it stands in an export. */
  readonly webhookItemId: number | null;
};

/** The buyer of an item, and the conversations that must look because buyers were joined for it. */
export type FoundBuyer = { readonly buyerId: string; readonly lookAt: readonly string[] };

/**
 * The buyer with these identifiers, made if new; identifiers that were not known yet are added. When they belong to
 * several buyers, these prove to be one and are joined. Takes all locks it needs.
 */
export async function findOrCreateBuyer(client: Database, person: Person): Promise<FoundBuyer> {
  await lockIdentifiers(client, person.identifiers);
  const [oldest, ...others] = await lockBuyers(client, person);
  const buyerId = oldest ?? (await createBuyer(client));
  const lookAt: string[] = [];
  for (const joinedId of others)
    lookAt.push(
      ...(await joinBuyers(client, {
        survivingId: buyerId,
        joinedId,
        webhookItemId: person.webhookItemId,
      })),
    );
  await nameBuyer(client, buyerId, person);
  await addIdentifiers(client, buyerId, person);
  return { buyerId, lookAt };
}

/**
 * Buyers who have the identifiers, locked, oldest first. Buyer before conversation: the order in which every gate and
 * command takes these locks. Writing to a conversation twice makes Postgres look at its buyer, so that the
 * conversation's lock alone would end in a deadlock.
 */
async function lockBuyers(client: Database, person: Person): Promise<string[]> {
  for (;;) {
    const found = await findBuyers(client, person);
    if (found.length === 0) return [];
    await client.query('select 1 from buyer where id = any($1) order by id for update', [found]);
    // While the locks were waited for, one of them may have been joined with another buyer.
    const still = await findBuyers(client, person);
    if (still.join() === found.join()) return found;
  }
}

async function findBuyers(client: Database, person: Person): Promise<string[]> {
  const found = await client.query<{ id: string }>(
    `select distinct buyer.id, buyer.created_at
       from unnest($1::text[], $2::text[]) as wanted (kind, value)
       cross join lateral (
         select buyer_id from buyer_identity
          where kind = wanted.kind and value = wanted.value and (valid_to is null or valid_to >= $3)
          order by valid_to nulls last limit 1) as holder
       join buyer on buyer.id = holder.buyer_id
      order by buyer.created_at, buyer.id`,
    [...columnsOf(person.identifiers), new Date(person.atMs)],
  );
  return found.rows.map((row) => row.id);
}

async function createBuyer(client: Database): Promise<string> {
  return onlyRow(await client.query<{ id: string }>('insert into buyer default values returning id')).id;
}

/** The newest message names the buyer, in whatever order messages arrive. */
async function nameBuyer(client: Database, buyerId: string, person: Person): Promise<void> {
  if (person.displayName === null) return;
  await client.query(
    `update buyer set display_name = $2, display_name_at = $3
      where id = $1 and (display_name_at is null or (display_name_at, display_name) < ($3, $2))`,
    [buyerId, person.displayName, new Date(person.atMs)],
  );
}

/** Adds identifiers to a buyer, except those that the buyer has given up since the item's time. */
async function addIdentifiers(client: Database, buyerId: string, person: Person): Promise<void> {
  await client.query(
    `insert into buyer_identity (buyer_id, kind, value)
     select $1, kind, value from unnest($2::text[], $3::text[]) as given (kind, value)
      where not exists (select 1 from buyer_identity as earlier
                         where earlier.buyer_id = $1 and earlier.kind = given.kind and earlier.value = given.value
                           and earlier.valid_to >= $4)
     on conflict (kind, value) where valid_to is null and kind <> 'username' do nothing`,
    [buyerId, ...columnsOf(person.identifiers), new Date(person.atMs)],
  );
}

/** Ends identifiers of a buyer at a time: what was sent before that still finds its buyer. */
export async function endIdentifiers(
  client: Database,
  buyerId: string,
  ended: { readonly identifiers: readonly Identifier[]; readonly atMs: number },
): Promise<void> {
  await client.query(
    `update buyer_identity set valid_to = $4
      where buyer_id = $1 and valid_to is null and (kind, value) in (select * from unnest($2::text[], $3::text[]))`,
    [buyerId, ...columnsOf(ended.identifiers), new Date(ended.atMs)],
  );
}

function columnsOf(identifiers: readonly Identifier[]): [string[], string[]] {
  return [identifiers.map((one) => one.kind), identifiers.map((one) => one.value)];
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
      'select id from conversation where phone_number_id = $1 and buyer_id = $2 and merged_into is null for update',
      [place.phoneNumberId, place.buyerId],
    ),
  );
  if (known !== null) return known.id;
  await ensureNumber(client, place);
  const created = await client.query<{ id: string }>(
    `insert into conversation (phone_number_id, buyer_id) values ($1, $2)
     on conflict (phone_number_id, buyer_id) where merged_into is null do update set buyer_id = excluded.buyer_id
     returning id`,
    [place.phoneNumberId, place.buyerId],
  );
  return onlyRow(created).id;
}

async function ensureNumber(
  client: Database,
  place: { readonly phoneNumberId: string; readonly displayPhoneNumber: string | null },
): Promise<void> {
  const known = await client.query('select 1 from number where phone_number_id = $1', [place.phoneNumberId]);
  if (known.rowCount === 1) return;
  const active = await readActivePolicy(client);
  const mode = active === null ? 'observe' : modeOfNumber(active.policy, place.phoneNumberId);
  await client.query(
    `insert into number (phone_number_id, display_phone_number, mode) values ($1, $2, $3)
     on conflict (phone_number_id) do nothing`,
    [place.phoneNumberId, place.displayPhoneNumber, mode],
  );
}
