import type { Database } from '../../platform/database';
import { onlyRow } from '../../platform/database';

/** Overdue by more than this is not the usual delay of a busy worker: its own retries take seconds. */
const STUCK_AFTER_SECONDS = 120;

/** What operators watch, as it stands in Postgres now. Ages in seconds, 0 = nothing waits. */
export type Measures = {
  readonly handOverLagSeconds: number;
  readonly handOversWaiting: number;
  readonly unassignedLagSeconds: number;
  readonly itemsSetAside: number;
  readonly outboxAgeSeconds: number;
  readonly outboxWaiting: number;
  readonly outboxDead: number;
  readonly neverAutomateAgeSeconds: number;
  readonly stuckConversations: number;
  readonly unconfirmedSends: number;
  readonly recentSends: readonly { readonly status: string; readonly count: number }[];
  readonly stoppedScopes: readonly string[];
  readonly numberIds: readonly string[];
};

/** Each figure comes from a partial or an ordered index, so that a scrape costs the same on a large database. */
export async function readMeasures(database: Database): Promise<Measures> {
  return onlyRow(await database.query<Measures>(MEASURES, [STUCK_AFTER_SECONDS]));
}

const ageOf = (moment: string) =>
  `coalesce(greatest(0, extract(epoch from now() - min(${moment}))), 0)::float8`;

const MEASURES = `
  with hand_over as (
    select ${ageOf('look_wanted_at')} as age, count(*) as waiting from conversation where look_given < look_wanted
  ), outbox as (
    select ${ageOf('not_before')} as age, count(*) as waiting from crm_outbox
     where done_at is null and dead_at is null and not_before <= now()
  ), overdue as (
    select id from conversation
     where next_action_at < now() - $1 * interval '1 second' and merged_into is null
    union
    select conversation_id from turn where status = 'open' and started_at < now() - $1 * interval '1 second'
  ), recent as (
    select name as status,
           (select count(*) from send where status = name and created_at > now() - interval '1 hour') as count
      from unnest(array['draft', 'planned', 'held', 'claimed', 'accepted', 'sent', 'delivered', 'read', 'played',
                        'refused', 'recalled', 'failed', 'unconfirmed']) as name
  )
  select (select age from hand_over) as "handOverLagSeconds",
         (select waiting from hand_over) as "handOversWaiting",
         (select ${ageOf('captured_at')} from webhook_item where assigned_at is null and error is null)
           as "unassignedLagSeconds",
         (select count(*) from webhook_item
           where (kind = 'unknown' or error is not null) and understood_at is null) as "itemsSetAside",
         (select age from outbox) as "outboxAgeSeconds",
         (select waiting from outbox) as "outboxWaiting",
         (select count(*) from crm_outbox where dead_at is not null) as "outboxDead",
         (select ${ageOf('coalesce(read_at, since)')} from hubspot_list) as "neverAutomateAgeSeconds",
         (select count(*) from overdue) as "stuckConversations",
         (select count(*) from send where status = 'unconfirmed') as "unconfirmedSends",
         (select jsonb_agg(recent) from recent) as "recentSends",
         (select coalesce(jsonb_agg(scope), '[]') from channel where stopped_at is not null) as "stoppedScopes",
         (select coalesce(jsonb_agg(phone_number_id), '[]') from number) as "numberIds"`;
