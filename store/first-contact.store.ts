import type { Policy } from '../domain/policy/policy';
import { FIRST_CONTACT_PERIOD_MS, firstContactsMax, judgeFirstContact } from '../domain/send/first-contact';
import type { FirstContacts } from '../domain/send/first-contact';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { MAY_HAVE_LEFT_LIST } from './send-status.lists';
import { readMessagingTier } from './template.store';

/** One lock for all numbers, as Meta's limit is one for the whole business. */
const LOCK = 'first contacts';

/** Whom to write to first, null = a buyer nobody knows yet, and the policy that may set a limit of its own. */
type About = { readonly buyerId: string | null; readonly policy: Policy };
type Counted = { readonly buyerId: string | null; readonly max: number };
type Room = ReturnType<typeof judgeFirstContact>;

/**
 * Whether one more buyer may be written to first. Under one lock until the end of the transaction, so that two claims
 * never take the same last place; taken after buyer, conversation and send, and before any channel.
 */
export async function judgeRoomLocked(client: Database, about: About): Promise<Room> {
  return await judge(client, about, async (counted) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [LOCK]);
    return await readFirstContacts(client, counted);
  });
}

/** The same without a lock, to tell a person beforehand. */
export async function judgeRoom(client: Database, about: About): Promise<Room> {
  return await judge(client, about, (counted) => readFirstContacts(client, counted));
}

async function judge(
  client: Database,
  { buyerId, policy }: About,
  read: (counted: Counted) => Promise<FirstContacts>,
): Promise<Room> {
  const max = firstContactsMax({
    policy: policy.sending?.business_initiated_per_24h ?? null,
    tier: await readMessagingTier(client),
  });
  return Number.isFinite(max) ? judgeFirstContact(await read({ buyerId, max }), max) : { kind: 'go' };
}

/** Counts whom we wrote to first within the last 24 h, over all numbers. */
async function readFirstContacts(client: Database, about: Counted): Promise<FirstContacts> {
  return onlyRow(
    await client.query<FirstContacts>(
      `with counted as (
         select conversation.buyer_id, max(send.claimed_at) as at
           from send join conversation on conversation.id = send.conversation_id
          where send.is_business_initiated and send.claimed_at > now() - $3 * interval '1 millisecond'
            and send.status in ${MAY_HAVE_LEFT_LIST}
          group by conversation.buyer_id
       ), others as (
         select at from counted where buyer_id is distinct from $1
       )
       select to_ms(clock_timestamp()) as "nowMs",
              exists (select 1 from counted where buyer_id = $1) as "isCountedAlready",
              (select count(*) from others) as "othersCount",
              (select to_ms(at) + $3 from others order by at
                offset greatest((select count(*) from others) - $2, 0) limit 1) as "roomAtMs"`,
      [about.buyerId, about.max, FIRST_CONTACT_PERIOD_MS],
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
