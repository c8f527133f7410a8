import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** A contact that carries the property. */
export type NeverAutomatedContact = {
  readonly contactId: string;
  /** Contacts that became this one. */
  readonly mergedIds: readonly string[];
  /** Digits without a plus, in every form under which WhatsApp may report them. */
  readonly phones: readonly string[];
};

const LIST = 'never_automate';

/** When a reading of the list began, to the microsecond, as Postgres writes it. */
export type ListTurn = string;

/** The turn to read the list, if it is this process's: one has it, over all workers, in so much time. */
export async function takeListTurn(database: Database, everyMs: number): Promise<ListTurn | null> {
  const taken = await database.query<{ turn: ListTurn }>(
    `insert into hubspot_list as list (name, begun_at) values ($1, clock_timestamp())
     on conflict (name) do update set begun_at = excluded.begun_at
       where list.begun_at <= clock_timestamp() - $2 * interval '1 millisecond'
     returning begun_at::text as turn`,
    [LIST, everyMs],
  );
  return firstRow(taken)?.turn ?? null;
}

/** The contact is known not to carry the property at this moment. */
export async function forgetNeverAutomated(database: Database, contactId: string): Promise<void> {
  await database.query('delete from hubspot_never_automate where contact_id = $1', [contactId]);
}

/** The contacts that are known to carry the property. */
export async function listNeverAutomatedContacts(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    'select contact_id as id from hubspot_never_automate order by contact_id',
  );
  return rows.map(({ id }) => id);
}

/** Keeps contacts that were seen with the property. */
export async function keepNeverAutomated(
  database: Database,
  contacts: readonly NeverAutomatedContact[],
): Promise<void> {
  await database.query(
    `insert into hubspot_never_automate as known (contact_id, merged_ids, phones)
     select item ->> 'contactId', array(select jsonb_array_elements_text(item -> 'mergedIds')),
            array(select jsonb_array_elements_text(item -> 'phones'))
       from jsonb_array_elements($1) as item
      order by 1
     on conflict (contact_id) do update
        set merged_ids = excluded.merged_ids, phones = excluded.phones, seen_at = excluded.seen_at`,
    [JSON.stringify(contacts)],
  );
}

/** Forgets contacts that do not carry the property any more, unless they were seen with it since the turn began. */
export async function dropNeverAutomated(
  database: Database,
  contactIds: readonly string[],
  turn: ListTurn,
): Promise<void> {
  await database.query('delete from hubspot_never_automate where contact_id = any($1) and seen_at < $2', [
    contactIds,
    turn,
  ]);
}

/** Notes that a reading of the list came to its end. */
export async function noteListRead(database: Database, turn: ListTurn): Promise<void> {
  await database.query(
    'update hubspot_list set read_at = greatest(read_at, $2::timestamptz) where name = $1',
    [LIST, turn],
  );
}

/** The phones of our numbers, by whose countries a contact's phone without country code is understood. */
export async function listBusinessPhones(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ phone: string }>(
    'select display_phone_number as phone from number where display_phone_number is not null order by phone_number_id',
  );
  return rows.map(({ phone }) => phone);
}
