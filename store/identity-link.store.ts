import { firstRow, inTransaction, onlyRow } from '../platform/database';
import type { Database, TransactionalDatabase } from '../platform/database';
import type { IdentityStatus } from '../domain/policy/policy';
import { enqueueRelinked } from './crm-outbox.store';

/** A contact a buyer might be; ids, flags and times for a person to choose by, never names. */
export type LinkCandidate = {
  readonly contactId: string;
  readonly hasOpenDeal: boolean;
  readonly ownerId: string | null;
  readonly lastActivityAtMs: number | null;
  readonly createdAtMs: number | null;
};

/** What a look-up found out about a buyer. */
export type LinkOutcome = {
  readonly status: IdentityStatus;
  readonly contactId: string | null;
  readonly companyId: string | null;
  readonly dealId: string | null;
  readonly confidence: number;
  readonly reasonCode: string;
  readonly candidates: readonly LinkCandidate[];
};

/** The link of a buyer that holds now. */
export type IdentityLink = LinkOutcome & { readonly id: number };

/** What is known of a buyer before HubSpot is asked. */
export type BuyerToLookUp = {
  readonly buyerId: string;
  readonly displayName: string | null;
  /** Digits as Meta gave them; null for a buyer known only by a user id. */
  readonly waId: string | null;
  /** Phone number of the business number this buyer wrote to last. */
  readonly businessPhone: string | null;
  /** Buyers who proved to be this one: their keys on a contact are this buyer's. */
  readonly joinedBuyerIds: readonly string[];
};

const LINK_COLUMNS = `id::float8 as id, status, contact_id as "contactId", company_id as "companyId", deal_id as "dealId", confidence,
  reason_code as "reasonCode", candidates`;
const CURRENT_LINK = `select ${LINK_COLUMNS} from identity_link where buyer_id = $1 and ended_at is null`;

/** The link that holds for this buyer, or null when the buyer was never looked up. */
export async function readCurrentLink(database: Database, buyerId: string): Promise<IdentityLink | null> {
  return firstRow(await database.query<IdentityLink>(CURRENT_LINK, [buyerId]));
}

/** One link by its id, current or ended; null when there is none. */
export async function readLink(database: Database, linkId: number): Promise<IdentityLink | null> {
  return firstRow(
    await database.query<IdentityLink>(`select ${LINK_COLUMNS} from identity_link where id = $1`, [linkId]),
  );
}

/** Name, phone and business number of a buyer, or null when there is no such buyer. */
export async function readBuyerToLookUp(database: Database, buyerId: string): Promise<BuyerToLookUp | null> {
  const result = await database.query<BuyerToLookUp>(
    `select b.id as "buyerId", b.display_name as "displayName",
       (select i.value from buyer_identity i
         where i.buyer_id = b.id and i.kind = 'wa_id' and i.valid_to is null
         order by i.valid_from desc, i.id desc limit 1) as "waId",
       (select n.display_phone_number from conversation c join number n using (phone_number_id)
         where c.buyer_id = b.id order by c.last_activity_at desc limit 1) as "businessPhone",
       array(select j.id::text from buyer j where j.joined_into = b.id order by j.id) as "joinedBuyerIds"
     from buyer b where b.id = $1`,
    [buyerId],
  );
  return firstRow(result);
}

/**
 * Makes an outcome the buyer's current link: the old row ends and the new one begins in one transaction. The same outcome
 * again changes nothing. A link made by somebody else since `seenLinkId` was read is kept when the outcome has no contact.
 */
export async function recordLink(
  database: TransactionalDatabase,
  record: { buyerId: string; outcome: LinkOutcome; seenLinkId: number | null },
): Promise<IdentityLink> {
  const { buyerId, outcome, seenLinkId } = record;
  return inTransaction(database, async (client) => {
    await client.query('select 1 from buyer where id = $1 for update', [buyerId]);
    const current = await readCurrentLink(client, buyerId);
    if (current !== null && (isSame(current, outcome) || outranks(current, outcome, seenLinkId)))
      return current;
    const kept = current === null ? outcome : { ...outcome, ...keptOf(current, outcome) };
    await endLink(client, buyerId, kept.reasonCode);
    const link = await insertLink(client, buyerId, kept);
    if (link.contactId !== (current?.contactId ?? null)) await enqueueRelinked(client, buyerId);
    return link;
  });
}

/** The buyer's current link; a buyer without one becomes `unknown` for the given reason. Callable inside a transaction. */
export async function ensureLink(
  database: Database,
  buyerId: string,
  reasonCode: string,
): Promise<IdentityLink> {
  const current = await readCurrentLink(database, buyerId);
  if (current !== null) return current;
  const inserted = firstRow(
    await database.query<IdentityLink>(
      `insert into identity_link (buyer_id, status, confidence, reason_code) values ($1, 'unknown', 0, $2)
       on conflict (buyer_id) where ended_at is null do nothing
       returning ${LINK_COLUMNS}`,
      [buyerId, reasonCode],
    ),
  );
  // Somebody else has made one in the same moment.
  return inserted ?? onlyRow(await database.query<IdentityLink>(CURRENT_LINK, [buyerId]));
}

/** Ends the link that holds for this buyer, if any. Runs in the caller's transaction. */
export async function endLink(client: Database, buyerId: string, reasonCode: string): Promise<void> {
  await client.query(
    'update identity_link set ended_at = now(), end_reason = $2 where buyer_id = $1 and ended_at is null',
    [buyerId, reasonCode],
  );
}

/** Makes an ended link hold again, as a row of its own, so that the history stays whole; returns its id. */
export async function copyLink(client: Database, linkId: number): Promise<number> {
  const copied = await client.query<{ id: number }>(
    `insert into identity_link
       (buyer_id, status, contact_id, company_id, deal_id, confidence, reason_code, candidates)
     select buyer_id, status, contact_id, company_id, deal_id, confidence, reason_code, candidates
       from identity_link where id = $1
     returning id`,
    [linkId],
  );
  return onlyRow(copied).id;
}

async function insertLink(client: Database, buyerId: string, outcome: LinkOutcome): Promise<IdentityLink> {
  const result = await client.query<IdentityLink>(
    `insert into identity_link
       (buyer_id, status, contact_id, company_id, deal_id, confidence, reason_code, candidates)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb) returning ${LINK_COLUMNS}`,
    [
      buyerId,
      outcome.status,
      outcome.contactId,
      outcome.companyId,
      outcome.dealId,
      outcome.confidence,
      outcome.reasonCode,
      JSON.stringify(outcome.candidates),
    ],
  );
  return onlyRow(result);
}

function isSame(current: IdentityLink, outcome: LinkOutcome): boolean {
  if (outcome.contactId !== null) return isSameContact(current, outcome) && isSamePlace(current, outcome);
  return (
    current.status === outcome.status &&
    current.reasonCode === outcome.reasonCode &&
    candidateIds(current) === candidateIds(outcome)
  );
}

function isSameContact(current: IdentityLink, outcome: LinkOutcome): boolean {
  return current.contactId === outcome.contactId;
}

function isSamePlace(current: IdentityLink, outcome: LinkOutcome): boolean {
  return current.companyId === outcome.companyId && current.dealId === outcome.dealId;
}

function outranks(current: IdentityLink, outcome: LinkOutcome, seenLinkId: number | null): boolean {
  return current.contactId !== null && outcome.contactId === null && current.id !== seenLinkId;
}

/** How a contact was found stays true when only its company or deal changed. */
function keptOf(current: IdentityLink, outcome: LinkOutcome): Partial<LinkOutcome> {
  if (outcome.contactId === null || !isSameContact(current, outcome)) return {};
  return { status: current.status, confidence: current.confidence, reasonCode: current.reasonCode };
}

function candidateIds(outcome: LinkOutcome): string {
  return outcome.candidates
    .map((candidate) => candidate.contactId)
    .sort()
    .join();
}
