import type { Database } from '../platform/database';

/** A contact in HubSpot whose property asks us to write first. */
export type FoundStart = {
  readonly contactId: string;
  /** When the property was set; together with the contact it names this one order. */
  readonly setAtMs: number;
  readonly setBy: string | null;
  /** The value of the property. */
  readonly wanted: string;
  readonly properties: Readonly<Record<string, string | null>>;
};

/** An order that is kept. */
export type StoredStart = FoundStart & { readonly id: number };

/** What became of an order; `outcome` is what HubSpot is told. */
export type StartOutcome = { readonly outcome: string; readonly conversationId: string | null };

/** True when it is this process's turn to look in HubSpot: one does, over all workers, in so much time. */
export async function takeStartTurn(database: Database, everyMs: number): Promise<boolean> {
  const taken = await database.query(
    `update hubspot_portal set starts_read_at = now()
      where starts_read_at is null or starts_read_at <= now() - $1 * interval '1 millisecond'`,
    [everyMs],
  );
  return taken.rowCount !== 0;
}

/** Keeps an order once, however often it is found. */
export async function keepStart(database: Database, found: FoundStart): Promise<void> {
  await database.query(
    `insert into hubspot_start (contact_id, set_at, set_by, wanted, properties) values ($1, $2, $3, $4, $5)
     on conflict (contact_id, set_at) do nothing`,
    [found.contactId, new Date(found.setAtMs), found.setBy, found.wanted, JSON.stringify(found.properties)],
  );
}

/** Orders that nobody has carried out yet, oldest first. */
export async function readOpenStarts(database: Database, countMax: number): Promise<StoredStart[]> {
  const found = await database.query<StoredStart>(`${STORED} where outcome is null order by id limit $1`, [
    countMax,
  ]);
  return found.rows;
}

/** Notes what became of an order; the first word holds. */
export async function answerStart(database: Database, id: number, answer: StartOutcome): Promise<void> {
  await database.query(
    `update hubspot_start set outcome = $2, conversation_id = $3, answered_at = now()
      where id = $1 and outcome is null`,
    [id, answer.outcome, answer.conversationId],
  );
}

/** Orders of which HubSpot does not know yet what became of them; those that failed least often first. */
export async function readUntoldStarts(
  database: Database,
  countMax: number,
): Promise<(StoredStart & { readonly outcome: string })[]> {
  const found = await database.query<StoredStart & { outcome: string }>(
    `${STORED} where outcome is not null and told_at is null order by told_tries, id limit $1`,
    [countMax],
  );
  return found.rows;
}

/** Notes that HubSpot knows; or that it refused to, which is given up after so many tries. */
export async function noteTold(
  database: Database,
  id: number,
  told: { readonly isDone: boolean; readonly triesMax: number },
): Promise<void> {
  await database.query(
    `update hubspot_start
        set told_tries = told_tries + 1, told_at = case when $2 or told_tries + 1 >= $3 then now() end
      where id = $1`,
    [id, told.isDone, told.triesMax],
  );
}

const STORED = `select id, contact_id as "contactId", to_ms(set_at) as "setAtMs", set_by as "setBy", wanted, properties,
                       outcome from hubspot_start`;
