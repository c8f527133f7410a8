import type { Policy } from '../domain/policy/policy';
import {
  FIRST_CONTACT_PERIOD_MS,
  firstContactsMax,
  judgeFirstContact,
  newestLimit,
  strictest,
} from '../domain/send/first-contact';
import type { FirstContacts, Room } from '../domain/send/first-contact';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { readLimitReports } from './number-report.store';
import { MAY_HAVE_LEFT_LIST } from './send-status.lists';

/** One lock for all numbers, as Meta's limit is one for the whole business. */
const LOCK = 'first contacts';

/** Whom to write to first, null = a buyer nobody knows yet, through which number, and the policy that may set a limit of its own. */
type About = { readonly buyerId: string | null; readonly phoneNumberId: string; readonly policy: Policy };

/**
 * Whether one more buyer may be written to first. Under one lock until the end of the transaction, so that two claims
 * never take the same last place; taken after buyer, conversation and send, and before any channel.
 */
export async function judgeRoomLocked(client: Database, about: About): Promise<Room> {
  const limits = await readLimits(client, about);
  if (!limits.some(({ max }) => Number.isFinite(max))) return { kind: 'go' };
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [LOCK]);
  return await judge(client, about.buyerId, limits);
}

/** The same without a lock, to tell a person beforehand. */
export async function judgeRoom(client: Database, about: About): Promise<Room> {
  return await judge(client, about.buyerId, await readLimits(client, about));
}

/** How many buyers, through which number; null = through all of them. */
type Limit = { readonly max: number; readonly phoneNumberId: string | null };

/** Meta's limit is one for the whole business; accounts of older days have one for each number, too. */
async function readLimits(client: Database, { phoneNumberId, policy }: About): Promise<Limit[]> {
  const told = await readLimitReports(client, phoneNumberId);
  return [
    {
      max: firstContactsMax({
        policy: policy.sending?.business_initiated_per_24h ?? null,
        reports: told.ofBusiness,
      }),
      phoneNumberId: null,
    },
    { max: newestLimit(told.ofNumber) ?? Number.POSITIVE_INFINITY, phoneNumberId },
  ];
}

async function judge(client: Database, buyerId: string | null, limits: readonly Limit[]): Promise<Room> {
  const rooms: Room[] = [];
  for (const { max, phoneNumberId } of limits)
    if (Number.isFinite(max))
      rooms.push(judgeFirstContact(await countFirstContacts(client, { buyerId, max, phoneNumberId }), max));
  return strictest(rooms);
}

/** Counts whom we wrote to first within the last 24 h. */
async function countFirstContacts(
  client: Database,
  about: Limit & { readonly buyerId: string | null },
): Promise<FirstContacts> {
  return onlyRow(
    await client.query<FirstContacts>(
      `with counted as (
         select conversation.buyer_id, max(send.claimed_at) as at
           from send join conversation on conversation.id = send.conversation_id
          where send.is_business_initiated and send.claimed_at > now() - $3 * interval '1 millisecond'
            and send.status in ${MAY_HAVE_LEFT_LIST}
            and ($4::text is null or conversation.phone_number_id = $4)
          group by conversation.buyer_id
       ), others as (
         select at from counted where buyer_id is distinct from $1
       )
       select to_ms(clock_timestamp()) as "nowMs",
              exists (select 1 from counted where buyer_id = $1) as "isCountedAlready",
              (select count(*) from others) as "othersCount",
              (select to_ms(at) + $3 from others order by at
                offset greatest((select count(*) from others) - $2, 0) limit 1) as "roomAtMs"`,
      [about.buyerId, about.max, FIRST_CONTACT_PERIOD_MS, about.phoneNumberId],
    ),
  );
}

/** Notes on a claimed send whether it counts towards the limit. */
export async function noteFirstContact(client: Database, sendId: string, counts: boolean): Promise<void> {
  await client.query('update send set is_business_initiated = $2 where id = $1', [sendId, counts]);
}

/** Puts a send off until there is room; everything else in its conversation goes on. */
export async function waitForRoom(
  client: Database,
  sendId: string,
  wait: { readonly untilMs: number; readonly reasonCode: string },
): Promise<void> {
  await client.query(
    `update send set not_before = greatest(not_before, to_timestamp($2::double precision / 1000)), reason_code = $3
      where id = $1`,
    [sendId, wait.untilMs, wait.reasonCode],
  );
}
