import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { without } from '../without';
import type {
  DeliveryList,
  DeliveryListQuery,
  Subscription,
  SubscriptionList,
  SubscriptionListQuery,
} from '../contract';
import { cursorTime, pageOf } from './page';
import { instant, instantOrNull } from './values';

type Times = 'created_at' | 'disabled_at' | 'failing_since';
type Row = Omit<Subscription, Times> & {
  created_at: Date;
  disabled_at: Date | null;
  failing_since: Date | null;
};

const COLUMNS = `id, url, description, events, case when includes_content then array['content'] else '{}' end as include,
  disabled_at is null as enabled, disabled_reason, disabled_at, failing_since, created_at, created_by,
  (select count(*) from event_delivery where subscription_id = subscription.id and status = 'pending') as pending,
  (select count(*) from event_delivery where subscription_id = subscription.id and status = 'dead') as dead`;

/** Subscriptions, the newest first. */
export async function listSubscriptions(
  database: Database,
  query: SubscriptionListQuery,
): Promise<SubscriptionList> {
  const { rows } = await database.query<Row & { at: string }>(
    `select ${COLUMNS}, ${cursorTime('created_at')} as at from webhook_subscription as subscription
      where deleted_at is null and ($1::timestamptz is null or created_at < $1 or (created_at = $1 and id > $2::uuid))
      order by created_at desc, id limit $3`,
    [query.cursor?.at ?? null, query.cursor?.id ?? null, query.limit + 1],
  );
  return pageOf(rows, query.limit, {
    item: (row) => toSubscription(without(row, 'at')),
    position: ({ at, id }) => [at, id],
  });
}

/** One subscription, or null. */
export async function readSubscription(database: Database, id: string): Promise<Subscription | null> {
  const row = firstRow(
    await database.query<Row>(
      `select ${COLUMNS} from webhook_subscription as subscription where id = $1 and deleted_at is null`,
      [id],
    ),
  );
  return row === null ? null : toSubscription(row);
}

type Delivery = DeliveryList['items'][number];
type DeliveryTimes = 'occurred_at' | 'attempted_at' | 'next_attempt_at' | 'settled_at';
type DeliveryRow = Omit<Delivery, DeliveryTimes> & {
  occurred_at: Date;
  attempted_at: Date | null;
  next_attempt_at: Date | null;
  settled_at: Date | null;
};

/** What a subscription was told, and what waits for it; the newest event first. */
export async function listDeliveries(
  database: Database,
  subscriptionId: string,
  query: DeliveryListQuery,
): Promise<DeliveryList> {
  const { rows } = await database.query<DeliveryRow>(
    `select event.event_id, event.id as sequence, event.kind as type, event.conversation_id, event.occurred_at,
            delivery.status, delivery.attempts, delivery.attempted_at,
            case when delivery.status = 'pending' then greatest(delivery.not_before, delivery.lease_until) end
              as next_attempt_at,
            delivery.response_status, delivery.error_code, delivery.settled_at
       from event_delivery as delivery join event_outbox as event on event.id = delivery.event_id
      where delivery.subscription_id = $1 and ($2::text is null or delivery.status = $2)
        and ($3::bigint is null or delivery.event_id < $3)
      order by delivery.event_id desc limit $4`,
    [subscriptionId, query.status ?? null, query.cursor ?? null, query.limit + 1],
  );
  return pageOf(rows, query.limit, {
    item: (row) => ({
      ...row,
      occurred_at: instant(row.occurred_at),
      attempted_at: instantOrNull(row.attempted_at),
      next_attempt_at: instantOrNull(row.next_attempt_at),
      settled_at: instantOrNull(row.settled_at),
    }),
    position: ({ sequence }) => [sequence],
  });
}

function toSubscription(row: Row): Subscription {
  return {
    ...row,
    created_at: instant(row.created_at),
    disabled_at: instantOrNull(row.disabled_at),
    failing_since: instantOrNull(row.failing_since),
  };
}
