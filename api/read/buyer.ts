import { firstRow, inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { identifiersOf } from '../../domain/identity/identifier';
import { readAddress } from '../../store/send-queue.store';
import type { BuyerDetail } from '../contract';
import { without } from '../without';
import { NAMES, namesOf } from './names';
import type { NameRow } from './names';
import { ROWS_MAX, instant, instantOrNull, isUuid } from './values';

type BuyerRow = NameRow &
  Pick<BuyerDetail, 'id' | 'username' | 'late_replies' | 'expected_late_replies' | 'joined_into'> & {
    opted_out_at: Date | null;
    unreachable_at: Date | null;
    unreachable_until: Date | null;
    unreachable_reason: string;
    conversation_ids: string[];
    had_address: boolean;
  };
type IdentityRow = { kind: string; value: string; valid_from: Date; valid_to: Date | null };
type ConsentRow = Omit<BuyerDetail['consents'][number], 'occurred_at'> & { occurred_at: Date };
type JoinRow = Omit<BuyerDetail['joins'][number], 'joined_at' | 'undone_at'> & {
  joined_at: Date;
  undone_at: Date | null;
};
type LinkRow = Omit<BuyerDetail['links'][number], 'created_at' | 'ended_at'> & {
  created_at: Date;
  ended_at: Date | null;
};

/** A buyer with the identities and links of all times; null when there is none. */
export async function readBuyer(pool: TransactionalDatabase, buyerId: string): Promise<BuyerDetail | null> {
  if (!isUuid(buyerId)) return null;
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    const row = await readBuyerRow(client, buyerId);
    if (row === null) return null;
    const { unreachable_at: since, unreachable_until: until, unreachable_reason: reason, ...given } = row;
    const { name_parts: parts, ...buyer } = without(given, 'had_address');
    return {
      ...buyer,
      ...namesOf(parts),
      ...(await readWhereToWrite(client, row)),
      opted_out_at: instantOrNull(buyer.opted_out_at),
      unreachable:
        since === null ? null : { since: instant(since), until: instantOrNull(until), reason_code: reason },
      consents: await listConsents(client, buyerId),
      identities: await listIdentities(client, buyerId),
      links: await listLinks(client, buyerId),
      joins: await listJoins(client, buyerId),
    };
  });
}

async function readBuyerRow(database: Database, buyerId: string): Promise<BuyerRow | null> {
  return firstRow(
    await database.query<BuyerRow>(
      `select id, ${NAMES}, late_replies, expected_late_replies, joined_into, opted_out_at,
          unreachable_at, unreachable_until, unreachable_reason,
          (select value from buyer_identity where buyer_id = b.id and kind = 'username' and valid_to is null) as username,
          exists (select 1 from buyer_identity where buyer_id = b.id and kind <> 'username') as had_address,
          array(select c.id::text from conversation c where c.buyer_id = b.id and c.merged_into is null order by c.created_at, c.id) as conversation_ids
         from buyer b where id = $1`,
      [buyerId],
    ),
  );
}

type WhereToWrite = Pick<BuyerDetail, 'address' | 'no_address_reason_code'>;

/** Where the next message would go: what the gate reads when it leaves. */
async function readWhereToWrite(client: Database, buyer: BuyerRow): Promise<WhereToWrite> {
  const { waId, userId } = await readAddress(client, buyer.id);
  const address =
    waId === null ? identifiersOf([userId ?? undefined])[0] : ({ kind: 'wa_id', value: waId } as const);
  return address === undefined
    ? { address: null, no_address_reason_code: whyNoAddress(buyer) }
    : { address, no_address_reason_code: null };
}

function whyNoAddress(buyer: BuyerRow): WhereToWrite['no_address_reason_code'] {
  if (buyer.joined_into !== null) return 'address.joined';
  if (buyer.had_address) return 'address.given_up';
  return buyer.username === null ? 'address.unknown' : 'address.username_only';
}

async function listIdentities(database: Database, buyerId: string): Promise<BuyerDetail['identities']> {
  const { rows } = await database.query<IdentityRow>(
    `select kind, value, valid_from, valid_to from buyer_identity where buyer_id = $1 order by id desc limit $2`,
    [buyerId, ROWS_MAX],
  );
  return rows
    .reverse()
    .map((row) => ({ ...row, valid_from: instant(row.valid_from), valid_to: instantOrNull(row.valid_to) }));
}

async function listConsents(database: Database, buyerId: string): Promise<BuyerDetail['consents']> {
  const { rows } = await database.query<ConsentRow>(
    `select id, value, source, reason_code, occurred_at, message_id, send_id, decision_id, details
       from consent where buyer_id = $1 order by occurred_at desc, id desc limit $2`,
    [buyerId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({ ...row, occurred_at: instant(row.occurred_at) }));
}

async function listLinks(database: Database, buyerId: string): Promise<BuyerDetail['links']> {
  const { rows } = await database.query<LinkRow>(
    `select id, status, reason_code, confidence, contact_id, company_id, deal_id, candidates, created_at, ended_at,
        end_reason
       from identity_link where buyer_id = $1 order by id desc limit $2`,
    [buyerId, ROWS_MAX],
  );
  return rows
    .reverse()
    .map((row) => ({ ...row, created_at: instant(row.created_at), ended_at: instantOrNull(row.ended_at) }));
}

async function listJoins(database: Database, buyerId: string): Promise<BuyerDetail['joins']> {
  const { rows } = await database.query<JoinRow>(
    `select id, joined_at, surviving_buyer_id = $1 as is_survivor, is_conflict, undone_at,
        case when surviving_buyer_id = $1 then joined_buyer_id else surviving_buyer_id end as other_buyer_id
       from buyer_join where $1 in (surviving_buyer_id, joined_buyer_id) order by id desc limit $2`,
    [buyerId, ROWS_MAX],
  );
  return rows
    .reverse()
    .map((row) => ({ ...row, joined_at: instant(row.joined_at), undone_at: instantOrNull(row.undone_at) }));
}
