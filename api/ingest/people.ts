import { isUserId, whoIsMeant } from '../../domain/identity/holder.decide';
import type { Identifier, Named } from '../../domain/identity/holder.decide';
import { modeOfNumber } from '../../domain/policy/policy';
import { firstRow, inTransaction, isDeadlock, onlyRow } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { applyStanding } from '../../store/account-standing.store';
import { readActivePolicy } from '../../store/policy.store';
import { lockIdentifiers } from '../../store/buyer-identity.store';
import { endOldIdentifiers, noteIdentifier } from './identifiers';
import type { HeldIdentifier } from './identifiers';
import { findKnownHolders, isSame } from './known-forms';
import type { KnownHolder } from './known-forms';
import { joinPeople } from './join-people';
import { noteUsername } from './usernames';

/** What an item tells about its sender or recipient. */
export type Person = {
  readonly identifiers: readonly Identifier[];
  /** Those of them that this person took over at the time of the item, as a change of number reports. */
  readonly taken?: readonly Identifier[];
  /** Those of them that this person had until then. */
  readonly left?: readonly Identifier[];
  /** Those of them that this person has no longer from then on. */
  readonly givenUp?: readonly Identifier[];
  readonly displayName: string | null;
  readonly username?: string | null | undefined;
  /** Provider's time of the item: identifiers pass from one person to another, so it counts who had them then. */
  readonly atMs: number;
  /** Null: people wrote it, in an export or an order. */
  readonly webhookItemId: number | null;
};

/** The buyer of an item, and the conversations that must look because buyers were joined or parted for it. */
export type FoundBuyer = { readonly buyerId: string; readonly lookAt: readonly string[] };

/**
 * The same with the numbers that others had before or have after, as what was said with them may be somebody else's, and
 * with the last join that the item has made.
 */
export type NamedBuyer = FoundBuyer & {
  readonly contested: readonly Identifier[];
  readonly joinId: number | null;
};

/**
 * The buyer with these identifiers, made if new; identifiers that were not known yet are added. When they belong to
 * several buyers, these prove to be one and are joined, unless a person has told them apart. Takes all locks it needs.
 * Whoever calls it gives what was said with a contested number to whom it belongs, and then has a join that was made
 * remember what became of the identifiers (`find-buyer.ts`).
 */
export async function nameOrCreateBuyer(client: Database, person: Person): Promise<NamedBuyer> {
  await lockIdentifiers(client, person.identifiers);
  const { people, strangers, known } = await lockBuyers(client, person);
  const found = await joinPeople(client, people, person.webhookItemId);
  const { buyerId, joinId, lookAt } = found ?? {
    buyerId: await createBuyer(client),
    joinId: null,
    lookAt: [],
  };
  await nameBuyer(client, buyerId, person);
  for (const identifier of shownBy(person, known))
    await noteIdentifier(client, {
      buyerId,
      identifier,
      atMs: person.atMs,
      isTaken: person.taken?.some((one) => isSame(one, identifier)) ?? false,
      isProven: person.identifiers.some(isUserId),
      stranger: strangers.find((one) => isSame(one, identifier)),
    });
  const ended = await endOldIdentifiers(client, buyerId);
  await noteUsername(client, { buyerId, username: person.username, atMs: person.atMs });
  return { buyerId, joinId, lookAt, contested: [...strangers, ...ended].filter((one) => !isUserId(one)) };
}

/** While the locks were waited for, somebody was joined or parted: it begins anew, without the locks it holds. */
export class BuyersMoved extends Error {
  override readonly name = 'BuyersMoved';
}

/** Buyers are seldom joined or parted at the very moment; after this many times whoever asked tries again later. */
const ANEW_MAX = 10;

/**
 * Runs work that finds buyers in a transaction, and anew in another when they were joined or parted meanwhile, or when
 * Postgres ended it in a deadlock: whom else it concerns is only found while the locks of its own buyers are held.
 */
export async function assignAnew<Result>(
  database: TransactionalDatabase,
  work: (client: Database) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTransaction(database, work);
    } catch (error) {
      const isPassing = error instanceof BuyersMoved || isDeadlock(error);
      if (!isPassing || tries === ANEW_MAX) throw error;
    }
  }
}

/**
 * Buyers who have the identifiers, all of them locked. Buyer before conversation: the order in which every gate and
 * command takes these locks. Writing to a conversation twice makes Postgres look at its buyer, so that the
 * conversation's lock alone would end in a deadlock; so would the lock of another buyer beside one that is held.
 */
async function lockBuyers(client: Database, person: Person): Promise<Found> {
  const holders = await findKnownHolders(client, person.identifiers, person.atMs);
  if (holders.length === 0) return named(person, []);
  const found = holders.map((holder) => holder.buyerId);
  await client.query('select 1 from buyer where id = any($1) order by id for update', [found]);
  const still = await findKnownHolders(client, person.identifiers, person.atMs);
  if (still.map((holder) => holder.buyerId).join() !== found.join())
    throw new BuyersMoved('while their locks were waited for');
  return named(person, still);
}

type Found = Named<HeldIdentifier> & { readonly known: readonly KnownHolder[] };

/** Somebody else who has the number in another national form only keeps it: nothing tells that it passed on. */
function named(person: Person, known: readonly KnownHolder[]): Found {
  const { identifiers, taken = [], left = [], givenUp = [], atMs } = person;
  const { people, strangers } = whoIsMeant({ identifiers, taken, left, givenUp, atMs }, known);
  return { people, known, strangers: strangers.filter(({ isOtherForm }) => !isOtherForm) };
}

/**
 * The identifiers under which a buyer goes from now on. People write a number as they dial it: where it is known already
 * in another national form, that one stays the only address.
 */
function shownBy(person: Person, known: readonly KnownHolder[]): readonly Identifier[] {
  if (person.webhookItemId !== null) return person.identifiers;
  return person.identifiers.filter(
    (one) => !known.some((holder) => holder.isOtherForm && isSame(holder, one)),
  );
}

async function createBuyer(client: Database): Promise<string> {
  return onlyRow(await client.query<{ id: string }>('insert into buyer default values returning id')).id;
}

/** The newest message names the buyer, in whatever order messages arrive. */
export async function nameBuyer(
  client: Database,
  buyerId: string,
  person: Pick<Person, 'displayName' | 'atMs'>,
): Promise<void> {
  if (person.displayName === null) return;
  await client.query(
    `update buyer set display_name = $2, display_name_at = $3
      where id = $1 and (display_name_at is null or (display_name_at, display_name) < ($3, $2))`,
    [buyerId, person.displayName, new Date(person.atMs)],
  );
}

/** The conversation of a number and a buyer, made if new. A new number starts in the mode that the policy gives it. */
export async function findOrCreateConversation(
  client: Database,
  place: {
    readonly phoneNumberId: string;
    readonly displayPhoneNumber: string | null;
    readonly wabaId: string | null;
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

type NumberPlace = {
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string | null;
  readonly wabaId: string | null;
};

async function ensureNumber(client: Database, place: NumberPlace): Promise<void> {
  const { phoneNumberId, displayPhoneNumber, wabaId } = place;
  const known = firstRow(
    await client.query<{ waba_id: string | null }>('select waba_id from number where phone_number_id = $1', [
      phoneNumberId,
    ]),
  );
  if (known === null) {
    const active = await readActivePolicy(client);
    const mode = active === null ? 'observe' : modeOfNumber(active.policy, phoneNumberId);
    await client.query(
      `insert into number (phone_number_id, display_phone_number, mode) values ($1, $2, $3)
       on conflict (phone_number_id) do nothing`,
      [phoneNumberId, displayPhoneNumber, mode],
    );
  }
  if (wabaId === null || known?.waba_id === wabaId) return;
  await client.query('update number set waba_id = $2 where phone_number_id = $1', [phoneNumberId, wabaId]);
  // What was reported about the account before its number was known holds for the number too.
  await applyStanding(client, { wabaId, phoneNumberId });
}
