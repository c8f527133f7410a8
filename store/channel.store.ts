import type { ChannelBackOff } from '../domain/send/back-off';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { requestLooks } from './look.store';

/** The scope of everything that holds for all numbers at once. */
export const APP_SCOPE = 'app';

/** Makes the row of a channel that nothing has held back so far. */
export async function ensureChannel(client: Database, scope: string): Promise<void> {
  await client.query('insert into channel (scope) values ($1) on conflict (scope) do nothing', [scope]);
}

/** What a channel was told before, locked. Times in unix ms. */
export type ChannelPast = {
  readonly level: number;
  readonly isStopped: boolean;
  readonly stoppedReason: string | null;
  /** The account whose report stopped it; null = something else did, or nothing. */
  readonly stoppedAccount: string | null;
  readonly backedOffAtMs: number | null;
  readonly resumedAtMs: number | null;
};

/** Locks a channel and reads its past. */
export async function lockChannel(client: Database, scope: string): Promise<ChannelPast> {
  await ensureChannel(client, scope);
  const found = await client.query<ChannelPast>(
    `select backoff_level as level, stopped_at is not null as "isStopped", stopped_reason as "stoppedReason",
            stopped_error ->> 'waba_id' as "stoppedAccount", to_ms(backed_off_at) as "backedOffAtMs",
            to_ms(resumed_at) as "resumedAtMs"
       from channel where scope = $1 for update`,
    [scope],
  );
  const row = firstRow(found);
  if (row === null) throw new Error('a channel was just made');
  return row;
}

/** Lets a channel wait. */
export async function backOff(
  client: Database,
  scope: string,
  backOffTo: ChannelBackOff & { readonly reasonCode: string },
): Promise<void> {
  await client.query(
    `update channel
        set backoff_level = $2, backoff_reason = $4, backed_off_at = clock_timestamp(),
            not_before = greatest(not_before, to_timestamp($3::double precision / 1000))
      where scope = $1`,
    [scope, backOffTo.level, backOffTo.notBeforeMs, backOffTo.reasonCode],
  );
}

/** WhatsApp took a message: whatever held its channels and its recipient back before it was claimed is over. */
export async function endBackOff(client: Database, sendId: string): Promise<void> {
  await client.query(
    `with place as (
       select conversation.id, conversation.phone_number_id, send.claimed_at
         from send join conversation on conversation.id = send.conversation_id where send.id = $1
     ), recipient as (
       update conversation set recipient_backoff_level = 0
         from place where conversation.id = place.id and recipient_backoff_level > 0
     ), slowed as (
       select channel.scope from channel, place
        where channel.scope in (place.phone_number_id, $2) and channel.backoff_level > 0
          and channel.backed_off_at < place.claimed_at
        order by channel.scope for update of channel
     )
     update channel set backoff_level = 0, not_before = null, backoff_reason = null
       from slowed where channel.scope = slowed.scope`,
    [sendId, APP_SCOPE],
  );
}

/** Stops a channel, with the refusal that told it. */
export async function stopChannel(
  client: Database,
  scope: string,
  stop: { readonly reasonCode: string; readonly error: unknown },
): Promise<void> {
  await client.query(
    `with stopped as (
       update channel set stopped_at = now(), stopped_reason = $2, stopped_error = $3 where scope = $1 returning scope
     )
     insert into channel_change (scope, kind, actor, reason_code, error)
     select scope, 'stopped', 'whatsapp', $2, $3 from stopped`,
    [scope, stop.reasonCode, JSON.stringify(stop.error)],
  );
}

/** Tells a stop by the report that now counts for it: a later one may name another end. */
export async function nameStop(client: Database, scope: string, error: unknown): Promise<void> {
  await client.query(
    'update channel set stopped_error = $2 where scope = $1 and stopped_error is distinct from $2',
    [scope, JSON.stringify(error)],
  );
}

/** What had stopped a channel is over, as WhatsApp reports. */
export async function liftStop(client: Database, scope: string): Promise<void> {
  await client.query(
    `with held as (
       select scope, stopped_reason from channel where scope = $1 for update
     ), gone_on as (
       update channel set stopped_at = null, stopped_reason = null, stopped_error = null where scope = $1
     )
     insert into channel_change (scope, kind, actor, reason_code)
     select scope, 'resumed', 'whatsapp', stopped_reason from held`,
    [scope],
  );
}

/** What a person lets go on: what stops or slows a number, the whole app included. The scopes that had been held. */
export async function resumeChannels(
  client: Database,
  resumed: { readonly phoneNumberId: string; readonly actor: string; readonly reason: string | null },
): Promise<string[]> {
  const done = await client.query<{ scope: string }>(
    `with held as (
       select scope, stopped_reason, backoff_reason from channel
        where scope in ($1, $2) and (stopped_at is not null or not_before > now())
        order by scope for update
     ), gone_on as (
       update channel
          set stopped_at = null, stopped_reason = null, stopped_error = null, not_before = null, backoff_level = 0,
              backoff_reason = null, resumed_at = clock_timestamp()
         from held where channel.scope = held.scope
     )
     insert into channel_change (scope, kind, actor, reason_code, reason)
     select scope, 'resumed', $3, coalesce(stopped_reason, backoff_reason), $4 from held
     returning scope`,
    [resumed.phoneNumberId, APP_SCOPE, resumed.actor, resumed.reason],
  );
  return done.rows.map((row) => row.scope);
}

/**
 * Tells every conversation whose sends a channel has held to look again; gives their ids. A transaction of its own, after
 * the one that resumed: conversations are locked before channels.
 */
export async function lookAtHeldSends(client: Database, scopes: readonly string[]): Promise<string[]> {
  const waiting = await client.query<{ id: string }>(
    `select id from conversation
      where ($2 = any($1) or phone_number_id = any($1)) and merged_into is null
        and exists (select 1 from send where conversation_id = conversation.id and status in ('planned', 'held'))
      order by id for update`,
    [scopes, APP_SCOPE],
  );
  const ids = waiting.rows.map((row) => row.id);
  await requestLooks(client, ids);
  return ids;
}

/** Raises an alarm beside the reports of webhooks; the same one is not repeated within the given time. */
export async function raiseAlarm(
  client: Database,
  alarm: {
    readonly scope: string;
    readonly event: string;
    readonly severity: 'warning' | 'critical';
    readonly raw: unknown;
    readonly quietMs: number;
  },
): Promise<void> {
  await client.query(
    `insert into account_event (field, number, event, severity, occurred_at, raw)
     select 'sends', nullif($1, $6), $2, $3, now(), $4
      where not exists (select 1 from account_event
                         where field = 'sends' and number is not distinct from nullif($1, $6) and event = $2
                           and occurred_at > now() - $5 * interval '1 millisecond')`,
    [alarm.scope, alarm.event, alarm.severity, JSON.stringify(alarm.raw), alarm.quietMs, APP_SCOPE],
  );
}
