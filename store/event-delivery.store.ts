import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** One event that one attempt under way tells one subscription. */
export type TakenDelivery = {
  readonly subscriptionId: string;
  readonly eventId: number;
  /** Which attempt this is, from 1; only the newest one settles the delivery. */
  readonly attempts: number;
  readonly ageMs: number;
};

/**
 * Takes what may be told now: of each conversation the first event only, of each subscription as many as have room. A taken one
 * is left alone by others until the lease ends, when it is taken again: its attempt died.
 */
export async function takeDeliveries(
  database: Database,
  settings: {
    readonly leaseMs: number;
    readonly perSubscription: number;
    /** How many attempts of each subscription are under way here. */
    readonly underWay: Readonly<Record<string, number>>;
  },
): Promise<TakenDelivery[]> {
  const taken = await database.query<TakenDelivery>(
    `update event_delivery as delivery
        set lease_until = clock_timestamp() + $1 * interval '1 millisecond', attempts = delivery.attempts + 1,
            attempted_at = clock_timestamp()
       from (
         select due.subscription_id, due.event_id
           from webhook_subscription as subscription
          cross join lateral (
            select subscription_id, event_id from event_delivery as first
             where first.subscription_id = subscription.id and first.status = 'pending' and first.not_before <= now()
               and (first.lease_until is null or first.lease_until <= now())
               and not exists (
                 select 1 from event_delivery as earlier
                  where earlier.subscription_id = first.subscription_id and earlier.status = 'pending'
                    and earlier.conversation_id = first.conversation_id and earlier.event_id < first.event_id)
             order by first.not_before, first.event_id
             limit greatest($2 - coalesce(($3::jsonb ->> subscription.id::text)::int, 0), 0)
               for update skip locked
          ) as due
          where subscription.deleted_at is null and subscription.disabled_at is null
       ) as taken
      where delivery.subscription_id = taken.subscription_id and delivery.event_id = taken.event_id
     returning delivery.subscription_id as "subscriptionId", delivery.event_id as "eventId", delivery.attempts,
               to_ms(clock_timestamp()) - to_ms(delivery.queued_at) as "ageMs"`,
    [settings.leaseMs, settings.perSubscription, JSON.stringify(settings.underWay)],
  );
  return taken.rows;
}

/** The receiver has the event; a subscription that was failing is not any more. */
export async function markDelivered(
  database: Database,
  taken: TakenDelivery,
  responseStatus: number,
): Promise<void> {
  await database.query(
    `with delivered as (
       update event_delivery
          set status = 'delivered', settled_at = now(), lease_until = null, response_status = $4, error_code = null
        where subscription_id = $1 and event_id = $2 and attempts = $3 and status = 'pending'
     )
     update webhook_subscription set failing_since = null where id = $1 and failing_since is not null`,
    [taken.subscriptionId, taken.eventId, taken.attempts, responseStatus],
  );
}

/** What a failed attempt leads to. */
export type FailedAttempt = {
  readonly responseStatus: number | null;
  readonly errorCode: string;
  /** Null = it is a dead letter from now on, and the next event of its conversation is told. */
  readonly retryAfterMs: number | null;
  /** The receiver says that it is gone for good. */
  readonly isGone: boolean;
  readonly disableAfterMs: number;
};

/**
 * Puts an event off with all that wait behind it, or gives it up. Gives the reason when the subscription has been disabled by
 * this failure.
 */
export async function markFailed(
  database: Database,
  taken: TakenDelivery,
  failed: FailedAttempt,
): Promise<'failing' | 'gone' | null> {
  const { responseStatus, errorCode, retryAfterMs, isGone, disableAfterMs } = failed;
  const disabled = await database.query<{ reason: 'failing' | 'gone' | null }>(
    `with failed as (
       update event_delivery
          set status = case when $4::float8 is null then 'dead' else 'pending' end,
              settled_at = case when $4::float8 is null then now() end,
              not_before = now() + coalesce($4::float8, 0) * interval '1 millisecond',
              lease_until = null, response_status = $5, error_code = $6
        where subscription_id = $1 and event_id = $2 and attempts = $3 and status = 'pending'
       returning conversation_id, not_before
     ), held_back as (
       update event_delivery as later set not_before = greatest(later.not_before, failed.not_before)
         from failed
        where $4::float8 is not null and later.subscription_id = $1 and later.conversation_id = failed.conversation_id
          and later.event_id > $2 and later.status = 'pending'
     )
     update webhook_subscription as subscription
        set failing_since = coalesce(failing_since, now()),
            disabled_at = case when why.reason is null then disabled_at else coalesce(disabled_at, now()) end,
            disabled_reason = coalesce(disabled_reason, why.reason)
       from (select case when $7 then 'gone'
                         when failing_since <= now() - $8 * interval '1 millisecond' then 'failing' end as reason,
                    disabled_at is not null as was_disabled
               from webhook_subscription where id = $1) as why
      where subscription.id = $1 and exists (select 1 from failed)
     returning case when not why.was_disabled then why.reason end as reason`,
    [
      taken.subscriptionId,
      taken.eventId,
      taken.attempts,
      retryAfterMs,
      responseStatus,
      errorCode,
      isGone,
      disableAfterMs,
    ],
  );
  return firstRow(disabled)?.reason ?? null;
}

/** How many events one statement forgets. */
const FORGOTTEN_AT_ONCE = 5_000;

/** Forgets events that are older than they are kept, with all that was told of them; true = there may be more. */
export async function forgetEvents(database: Database, keptMs: number): Promise<boolean> {
  const forgotten = await database.query(
    `delete from event_outbox where id in (
       select id from event_outbox where occurred_at < now() - $1 * interval '1 millisecond'
        order by occurred_at, id limit ${FORGOTTEN_AT_ONCE} for update skip locked)`,
    [keptMs],
  );
  return forgotten.rowCount === FORGOTTEN_AT_ONCE;
}
