import { HARMLESS_RESTRICTIONS, STANDING_EVENTS, standingOf } from '../domain/account/standing.decide';
import type { AccountStop, StandingReport } from '../domain/account/standing.decide';
import { inTransaction } from '../platform/database';
import type { Database, TransactionalDatabase } from '../platform/database';
import { liftStop, lockChannel, lookAtHeldSends, nameStop, stopChannel } from './channel.store';
import type { ChannelPast } from './channel.store';

/** Begins the codes of what stands against an account. */
const REASONS_PREFIX = 'account.';
/** Meta's times are whole seconds: a report may be as late as the end of its second. */
const SECOND_MS = 999;

/**
 * Stops the numbers of an account while Meta's reports stand against it, and lets them go on when these are over, unless
 * something else stopped them. What a person let go on after a report stays so. Reports may come in any order. Gives the
 * channels that go on; a number whose account is not known yet is taken to be of any. Channels are the last locks.
 */
export async function applyStanding(
  client: Database,
  about: { readonly wabaId: string; readonly phoneNumberId?: string },
): Promise<string[]> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`standing:${about.wabaId}`]);
  const stop = standingOf(await readReports(client, about.wabaId), Date.now());
  const { rows } = await client.query<{ id: string; is_of_account: boolean; is_held: boolean }>(
    `select phone_number_id as id, waba_id is not null as is_of_account,
            exists (select 1 from channel where scope = phone_number_id and starts_with(stopped_reason, $3)) as is_held
       from number
      where ($2::text is null or phone_number_id = $2) and (waba_id is null or waba_id = $1) order by 1`,
    [about.wabaId, about.phoneNumberId ?? null, REASONS_PREFIX],
  );
  const goingOn: string[] = [];
  for (const { id, is_of_account: isOfAccount, is_held: isHeld } of rows) {
    const place = { scope: id, wabaId: about.wabaId, isOfAccount };
    if (stop !== null) await hold(client, place, stop);
    else if (isHeld && (await release(client, place))) goingOn.push(id);
  }
  return goingOn;
}

/**
 * Lets numbers go on whose account's restrictions have ended at the time that Meta had told for them, without a word of
 * Meta. Gives the conversations that must look.
 */
export async function liftEndedRestrictions(database: TransactionalDatabase): Promise<string[]> {
  const { rows } = await database.query<{ waba_id: string }>(
    `select distinct coalesce(number.waba_id, stopped_error ->> 'waba_id') as waba_id
       from channel join number on number.phone_number_id = channel.scope
      where stopped_reason = 'account.restricted' and coalesce(number.waba_id, stopped_error ->> 'waba_id') is not null
        and jsonb_typeof(stopped_error #> '{reported,restriction_info}') = 'array' and not exists (
          select 1 from jsonb_array_elements(stopped_error #> '{reported,restriction_info}') as one
           where not coalesce(case when one ->> 'expiration' ~ '^[0-9]{9,11}$'
                                   then to_timestamp((one ->> 'expiration')::bigint) <= now() end, false)
             and one ->> 'restriction_type' <> all($1))`,
    [[...HARMLESS_RESTRICTIONS]],
  );
  const lookAt: string[] = [];
  for (const { waba_id: wabaId } of rows) {
    const goingOn = await inTransaction(database, (client) => applyStanding(client, { wabaId }));
    if (goingOn.length > 0)
      lookAt.push(...(await inTransaction(database, (client) => lookAtHeldSends(client, goingOn))));
  }
  return lookAt;
}

async function readReports(client: Database, wabaId: string): Promise<StandingReport[]> {
  const { rows } = await client.query<StandingReport>(
    `select upper(event) as event, raw as value, to_ms(occurred_at) as "atMs" from account_event
      where field = 'account_update' and waba_id = $1 and upper(event) = any($2)`,
    [wabaId, STANDING_EVENTS],
  );
  return rows;
}

type Place = { readonly scope: string; readonly wabaId: string; readonly isOfAccount: boolean };

async function hold(client: Database, { scope, wabaId }: Place, stop: AccountStop): Promise<void> {
  const past = await lockChannel(client, scope);
  if (past.isStopped && !isOurs(past)) return;
  if (past.resumedAtMs !== null && past.resumedAtMs > stop.atMs + SECOND_MS) return;
  const error = { waba_id: wabaId, event: stop.event, reported: stop.value };
  if (past.isStopped && past.stoppedReason === stop.reasonCode) {
    await nameStop(client, scope, error);
    return;
  }
  await stopChannel(client, scope, { reasonCode: stop.reasonCode, error });
}

async function release(client: Database, { scope, wabaId, isOfAccount }: Place): Promise<boolean> {
  const past = await lockChannel(client, scope);
  if (!isOurs(past) || (!isOfAccount && past.stoppedAccount !== wabaId)) return false;
  await liftStop(client, scope);
  return true;
}

/** Stopped by a report about an account, and by nothing else. */
function isOurs(past: ChannelPast): boolean {
  return past.stoppedReason?.startsWith(REASONS_PREFIX) ?? false;
}
