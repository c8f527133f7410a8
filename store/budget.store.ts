import type { AuthorKind, BudgetLevel, MessageCount } from '../domain/budget/budget.decide';
import type { Database } from '../platform/database';
import { MAY_HAVE_LEFT_LIST } from './send-status.lists';

/*
 * How sends stand in the budget. `budget_send` holds each send once; `budget_month` is changed by what differs, so that
 * any number of reports in any order end in the same sums. Both are locked last of all: after buyer, conversation, send
 * and channel, and nothing that waits for those may follow in a transaction.
 */

/** Where a send counts that has just been claimed. */
export type CountedClaim = {
  readonly sendId: string;
  readonly phoneNumberId: string;
  readonly month: string;
  readonly authorKind: AuthorKind;
  /** What WhatsApp will probably call it; its statuses tell. */
  readonly category: string;
};

/** Counts a send that has just been claimed, in the transaction of its claim. */
export async function countClaim(client: Database, claimed: CountedClaim): Promise<void> {
  await client.query(
    `insert into budget_send (send_id, phone_number_id, month, author_kind, category, pricing, is_counted, is_delivered)
     values ($1, $2, $3, $4, $5, 'unknown', false, false)
     on conflict (send_id) do update
        set month = excluded.month, author_kind = excluded.author_kind
      where not budget_send.is_counted`,
    [claimed.sendId, claimed.phoneNumberId, claimed.month, claimed.authorKind, claimed.category],
  );
  await countSend(client, claimed.sendId);
}

/**
 * Counts a send as its fate and its statuses say now; one that was never claimed counts nowhere. The caller holds the
 * lock of the send.
 */
export async function countSend(client: Database, sendId: string): Promise<void> {
  await client.query(COUNT, [sendId]);
}

/** What a send is now: whether it left or may have, whether it arrived, and what WhatsApp said of its price. */
const FATE = `
  send.status in ${MAY_HAVE_LEFT_LIST} as is_counted,
  send.status in ('delivered', 'read', 'played') as is_delivered,
  case send.pricing ->> 'type'
    when 'regular' then 'billable' when 'free_customer_service' then 'free' when 'free_entry_point' then 'free_entry'
    else case send.pricing ->> 'billable' when 'true' then 'billable' when 'false' then 'free' else 'unknown' end
  end as pricing,
  send.pricing ->> 'category' as told_category`;

const COUNT = `
  with fate as (
    select send.id, ${FATE} from send where send.id = $1
  ), before as (
    select * from budget_send where send_id = $1
  ), after as (
    update budget_send
       set is_counted = fate.is_counted, is_delivered = fate.is_delivered, pricing = fate.pricing,
           category = coalesce(fate.told_category, budget_send.category)
      from fate
     where budget_send.send_id = fate.id
    returning budget_send.*
  ), difference as (
    select phone_number_id, month, category, author_kind, sum(sign) as sent,
           sum(sign * is_delivered::int) as delivered, sum(sign * (pricing = 'billable')::int) as billable,
           sum(sign * (pricing = 'free')::int) as free, sum(sign * (pricing = 'free_entry')::int) as free_entry
      from (select before.*, -1 as sign from before union all select after.*, 1 from after) as both_sides
     where is_counted
     group by phone_number_id, month, category, author_kind
  )
  insert into budget_month as present
         (phone_number_id, month, category, author_kind, sent, delivered, billable, free, free_entry)
  select * from difference where (sent, delivered, billable, free, free_entry) <> (0, 0, 0, 0, 0)
   order by category, author_kind
  on conflict (phone_number_id, month, category, author_kind) do update
     set sent = present.sent + excluded.sent, delivered = present.delivered + excluded.delivered,
         billable = present.billable + excluded.billable, free = present.free + excluded.free,
         free_entry = present.free_entry + excluded.free_entry`;

/** The counts of one number and month. */
export async function readCounts(
  client: Database,
  of: { readonly phoneNumberId: string; readonly month: string },
): Promise<MessageCount[]> {
  const { rows } = await client.query<MessageCount>(
    `select category, author_kind as "authorKind", sent, delivered, billable, free, free_entry as "freeEntry"
       from budget_month where phone_number_id = $1 and month = $2 and sent > 0
      order by category, author_kind`,
    [of.phoneNumberId, of.month],
  );
  return rows;
}

/** Raises the alarm of a level, once for each number and month. */
export async function raiseBudgetAlarm(
  client: Database,
  alarm: {
    readonly phoneNumberId: string;
    readonly month: string;
    readonly level: Exclude<BudgetLevel, 'calm'>;
    readonly usedShare: number;
  },
): Promise<void> {
  await client.query(
    `insert into account_event (field, number, event, severity, occurred_at, raw)
     select 'budget', $1, $2, $3, clock_timestamp(), jsonb_build_object('month', $4::text, 'used_share', $5::float8)
      where not exists (select 1 from account_event
                         where field = 'budget' and number = $1 and event = $2 and raw ->> 'month' = $4)`,
    [
      alarm.phoneNumberId,
      `budget.${alarm.level}`,
      alarm.level === 'nearly_used' ? 'warning' : 'critical',
      alarm.month,
      alarm.usedShare,
    ],
  );
}

/**
 * Counts everything anew from the sends and their statuses, as when the month begins elsewhere: `monthOf` tells the
 * month of an instant. Whoever counts a send meanwhile waits.
 */
export async function recountAll(client: Database, monthOf: (atMs: number) => string): Promise<void> {
  await client.query('lock table budget_send, budget_month in exclusive mode');
  const claims = await client.query<{ id: string; atMs: number }>(
    'select send_id as id, to_ms(send.claimed_at) as "atMs" from budget_send join send on send.id = send_id',
  );
  await client.query(
    `update budget_send
        set month = given.month, is_counted = fate.is_counted, is_delivered = fate.is_delivered,
            pricing = fate.pricing, category = coalesce(fate.told_category, budget_send.category)
       from unnest($1::uuid[], $2::text[]) as given (id, month)
       join (select send.id, ${FATE} from send) as fate on fate.id = given.id
      where budget_send.send_id = given.id`,
    [claims.rows.map(({ id }) => id), claims.rows.map(({ atMs }) => monthOf(atMs))],
  );
  await client.query('delete from budget_month');
  await client.query(
    `insert into budget_month (phone_number_id, month, category, author_kind, sent, delivered, billable, free, free_entry)
     select phone_number_id, month, category, author_kind, count(*), count(*) filter (where is_delivered),
            count(*) filter (where pricing = 'billable'), count(*) filter (where pricing = 'free'),
            count(*) filter (where pricing = 'free_entry')
       from budget_send where is_counted
      group by phone_number_id, month, category, author_kind`,
  );
}
