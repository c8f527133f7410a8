import { PAUSED_FOR_GOOD_MS } from '../../domain/vocabulary';
import type { Database } from '../../platform/database';
import { CONTROL_BEFORE, CONTROL_EVENTS, CONTROL_FACTS, tellingChange } from '../event-outbox.store';
import { UNWATCHED_SEND } from '../send-status.lists';
import { CLOCKS_DIFFER_MS, isAsked } from '../question.store';
import type { ConversationControl } from './command.types';

/** Instant or 'infinity' as Postgres and the API write it. */
export function pausedUntilText(pausedUntilMs: number | null): string | null {
  if (pausedUntilMs === null) return null;
  return pausedUntilMs === PAUSED_FOR_GOOD_MS ? 'infinity' : new Date(pausedUntilMs).toISOString();
}

/**
 * What an order says about the owner: `gives` = who has the conversation, `gives_for_idleness` = the same, though nobody did
 * anything; `leaves` = nothing; `phone` = the word on the phone app, which counts as what was done there.
 */
export type OwnerEffect = 'gives' | 'gives_for_idleness' | 'leaves' | 'phone';

/** Writes who owns the conversation, its pause and its rules, as computed under the lock. */
export async function writeControl(
  client: Database,
  control: ConversationControl,
  effect: OwnerEffect,
): Promise<void> {
  await client.query(WRITE_CONTROL, [
    control.id,
    control.owner,
    pausedUntilText(control.pausedUntilMs),
    control.epoch,
    control.routeOverride,
    control.followUpRule === null ? null : JSON.stringify(control.followUpRule),
    control.needsHuman,
    control.reasonCode,
    CLOCKS_DIFFER_MS,
    effect,
  ]);
}

/** An order is newer than whatever was known when it was given, and than what was done on the phone long before it. */
const ORDERED_AT = `
  case $10 when 'gives' then greatest(ordered_at, phone_at + interval '1 millisecond', now() - $9 * interval '1 millisecond')
           when 'gives_for_idleness' then coalesce(greatest(ordered_at, phone_at + interval '1 millisecond'), owner_since)
           -- Whoever orders something while the phone app has the conversation means it to stay there.
           when 'leaves' then case when $2 = 'phone' then coalesce(phone_at, ordered_at) else ordered_at end
           else ordered_at end`;

const WRITE_CONTROL = tellingChange(
  CONTROL_BEFORE,
  `update conversation
      set owner = $2, owner_since = case when owner = $2 then owner_since else now() end,
          ordered_owner = case when $10 in ('gives', 'gives_for_idleness') then $2
                               when $10 = 'leaves' and $2 = 'phone' and phone_at is not null then 'phone'
                               else ordered_owner end,
          ordered_at = ${ORDERED_AT},
          owner_at = greatest(phone_at, ${ORDERED_AT}),
          unassigned_at = case when $10 in ('gives', 'gives_for_idleness') then null else unassigned_at end,
          asked_at = case when $10 = 'phone' then asked_at
                          when not $7 then null
                          when needs_human then asked_at
                          else greatest(phone_at, now() - $9 * interval '1 millisecond') end,
          asked_reason = case when $10 = 'phone' or needs_human and $7 then asked_reason when $7 then $8 end,
          paused_until = $3, epoch = $4, route_override = $5, follow_up_rule = $6,
          needs_human = case when $10 = 'phone' then ${isAsked()} else $7 end,
          reason_code = case when $10 = 'phone' and ${isAsked()} then asked_reason else $8 end
    where id = $1
   returning ${CONTROL_FACTS()}`,
  CONTROL_EVENTS,
);

/** Sends that nobody watches that are claimed at this moment; under the conversation's lock no other can be claimed meanwhile. */
export async function listClaimedSends(client: Database, conversationId: string): Promise<string[]> {
  const result = await client.query<{ id: string }>(
    `select id from send where conversation_id = $1 and status = 'claimed' and ${UNWATCHED_SEND} order by created_at`,
    [conversationId],
  );
  return result.rows.map((row) => row.id);
}
