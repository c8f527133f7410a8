import type { EventKind } from '../domain/event/event.kinds';
import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';

/** What a subscription asks for. */
export type SubscriptionTerms = {
  readonly url: string;
  readonly description: string | null;
  /** Null = all kinds. */
  readonly events: readonly EventKind[] | null;
  readonly includesContent: boolean;
};

/** A subscription that is there. */
export type StoredSubscription = SubscriptionTerms & { readonly id: string; readonly isDisabled: boolean };

/** Adds a subscription with its first secret; gives its id. */
export async function insertSubscription(
  client: Database,
  added: SubscriptionTerms & { readonly actor: string; readonly secret: Buffer },
): Promise<string> {
  const inserted = await client.query<{ id: string }>(
    `with added as (
       insert into webhook_subscription (url, description, events, includes_content, created_by)
       values ($1, $2, $3, $4, $5) returning id
     ), signed as (
       insert into webhook_secret (subscription_id, secret) select id, $6 from added
     )
     select id from added`,
    [added.url, added.description, added.events, added.includesContent, added.actor, added.secret],
  );
  return onlyRow(inserted).id;
}

/** How many subscriptions there are; whoever asks adds one, and nobody else meanwhile. */
export async function countSubscriptions(client: Database): Promise<number> {
  await client.query('lock table webhook_subscription in share row exclusive mode');
  const counted = await client.query<{ count: number }>(
    'select count(*) as count from webhook_subscription where deleted_at is null',
  );
  return onlyRow(counted).count;
}

/** A subscription with its lock; null when there is none with this id. */
export async function lockSubscription(client: Database, id: string): Promise<StoredSubscription | null> {
  return firstRow(
    await client.query<StoredSubscription>(
      `select id, url, description, events, includes_content as "includesContent", disabled_at is not null as "isDisabled"
         from webhook_subscription where id = $1 and deleted_at is null for no key update`,
      [id],
    ),
  );
}

/** Writes what a subscription asks for from now on; one that is enabled begins anew, whatever had failed. */
export async function updateSubscription(client: Database, changed: StoredSubscription): Promise<void> {
  await client.query(
    `update webhook_subscription
        set url = $2, description = $3, events = $4, includes_content = $5,
            disabled_at = case when $6 then coalesce(disabled_at, now()) end,
            disabled_reason = case when $6 then coalesce(disabled_reason, 'by_hand') end,
            failing_since = case when $6 or disabled_at is null then failing_since end
      where id = $1`,
    [
      changed.id,
      changed.url,
      changed.description,
      changed.events,
      changed.includesContent,
      changed.isDisabled,
    ],
  );
}

/** Ends a subscription for good: nothing is told any more, and its secrets are forgotten. */
export async function endSubscription(
  client: Database,
  ended: { readonly id: string; readonly actor: string },
): Promise<void> {
  await client.query(
    `with forgotten as (delete from webhook_secret where subscription_id = $1)
     update webhook_subscription set deleted_at = now(), deleted_by = $2 where id = $1`,
    [ended.id, ended.actor],
  );
}

/** A new secret takes over; the one before stays valid for a while, older ones do not. Gives the end of that while. */
export async function rotateSecret(
  client: Database,
  rotated: { readonly id: string; readonly secret: Buffer; readonly overlapMs: number },
): Promise<string> {
  const rotatedRow = await client.query<{ until: Date }>(
    `with older as (
       delete from webhook_secret where subscription_id = $1 and valid_until is not null
     ), before as (
       update webhook_secret set valid_until = now() + $3 * interval '1 millisecond'
        where subscription_id = $1 and valid_until is null
       returning valid_until
     ), added as (
       insert into webhook_secret (subscription_id, secret) values ($1, $2)
     )
     select valid_until as until from before`,
    [rotated.id, rotated.secret, rotated.overlapMs],
  );
  return onlyRow(rotatedRow).until.toISOString();
}
