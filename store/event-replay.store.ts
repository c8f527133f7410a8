import { TEST_EVENT } from '../domain/event/event.kinds';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';

/** Which events are told again. */
export type Replay = {
  /** dead = those that were given up · all = delivered ones, and those from before the subscription asked for them, too. */
  readonly which: 'dead' | 'all';
  /** ISO 8601; null = however old. */
  readonly since: string | null;
  /** ISO 8601, exclusive; null = up to now. */
  readonly until: string | null;
  /** Null = every one of the time. */
  readonly eventIds: readonly string[] | null;
};

/** What one request may tell again: a statement that stays short. */
export const REPLAY_EVENTS_MAX = 10_000;

/**
 * Queues events again under the ids they have, in their order; those that still wait stay as they are. How many; nothing is
 * queued when there are more than one request may replay.
 */
export async function replayEvents(
  client: Database,
  subscriptionId: string,
  replay: Replay,
): Promise<number> {
  const { which, since, until, eventIds } = replay;
  const wanted = `
    select event.id, event.conversation_id
      from event_outbox as event
      join webhook_subscription as subscription on subscription.id = $1
      left join event_delivery as delivery on delivery.subscription_id = $1 and delivery.event_id = event.id
     where event.kind <> '${TEST_EVENT}' and coalesce(delivery.status, '') <> 'pending'
       and (delivery.status = 'dead'
            or ($2 = 'all' and (subscription.events is null or event.kind = any(subscription.events))))
       and ($3::timestamptz is null or event.occurred_at >= $3) and ($4::timestamptz is null or event.occurred_at < $4)
       and ($5::uuid[] is null or event.event_id = any($5))
     order by event.id limit ${REPLAY_EVENTS_MAX + 1}`;
  const queued = await client.query<{ count: number }>(
    `with wanted as materialized (${wanted}), queued as (
       insert into event_delivery (subscription_id, event_id, conversation_id)
       select $1, id, conversation_id from wanted where (select count(*) from wanted) <= ${REPLAY_EVENTS_MAX} order by id
       on conflict (subscription_id, event_id) do update
          set status = 'pending', queued_at = now(), not_before = now(), lease_until = null, attempts = 0,
              settled_at = null, response_status = null, error_code = null
     )
     select count(*) as count from wanted`,
    [subscriptionId, which, since, until, eventIds],
  );
  return onlyRow(queued).count;
}
