import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** Facts about a contact that are older than this are fetched again before a turn is decided, or else marked stale. */
export const FACTS_FRESH_MS = 15 * 60_000;

/** A deal of a contact as last seen in HubSpot. */
export type DealFacts = {
  readonly id: string;
  readonly name: string | null;
  readonly stage: string | null;
  readonly pipeline: string | null;
  readonly amount: string | null;
  readonly ownerId: string | null;
  readonly isClosed: boolean;
  readonly modifiedAtMs: number | null;
};

/** The company of a contact as last seen in HubSpot. */
export type CompanyFacts = {
  readonly id: string;
  readonly name: string | null;
  readonly domain: string | null;
};

/** What HubSpot said about a contact; kept so that a turn can go on while HubSpot is away. */
export type ContactFacts = {
  readonly contactId: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly company: CompanyFacts | null;
  readonly deals: readonly DealFacts[];
};

/** Keeps the newest facts of a contact. */
export async function saveContactFacts(database: Database, facts: ContactFacts): Promise<void> {
  await database.query(
    `insert into hubspot_contact (contact_id, properties, company, deals, fetched_at)
     values ($1, $2::jsonb, $3::jsonb, $4::jsonb, now())
     on conflict (contact_id) do update
       set properties = excluded.properties, company = excluded.company, deals = excluded.deals,
           fetched_at = excluded.fetched_at`,
    [
      facts.contactId,
      JSON.stringify(facts.properties),
      facts.company === null ? null : JSON.stringify(facts.company),
      JSON.stringify(facts.deals),
    ],
  );
}

/** The last known facts of a contact with their age, or null. */
export async function readContactFacts(
  database: Database,
  contactId: string,
): Promise<(ContactFacts & { readonly ageMs: number }) | null> {
  const result = await database.query<ContactFacts & { ageMs: number }>(
    `select contact_id as "contactId", properties, company, deals,
       (extract(epoch from clock_timestamp() - fetched_at) * 1000)::float8 as "ageMs"
     from hubspot_contact where contact_id = $1`,
    [contactId],
  );
  return firstRow(result);
}

/** The portals that this installation has mirrored into; more than one is a mistake. */
export async function listPortals(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    'select portal_id as id from hubspot_portal order by portal_id',
  );
  return rows.map(({ id }) => id);
}

/** Remembers the portal this installation mirrors into. */
export async function savePortal(database: Database, portalId: string): Promise<void> {
  await database.query(
    `insert into hubspot_portal (portal_id, checked_at) values ($1, now())
     on conflict (portal_id) do update set checked_at = excluded.checked_at`,
    [portalId],
  );
}
