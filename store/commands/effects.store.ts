import { PAUSED_FOR_GOOD_MS } from '../../domain/vocabulary';
import type { Database } from '../../platform/database';
import { CONTROL_BEFORE, CONTROL_EVENTS, CONTROL_FACTS, tellingChange } from '../event-outbox.store';
import { UNWATCHED_SEND } from '../send-status.lists';
import type { ConversationControl } from './command.types';

/** Instant or 'infinity' as Postgres and the API write it. */
export function pausedUntilText(pausedUntilMs: number | null): string | null {
  if (pausedUntilMs === null) return null;
  return pausedUntilMs === PAUSED_FOR_GOOD_MS ? 'infinity' : new Date(pausedUntilMs).toISOString();
}

/** Our clock and WhatsApp's may differ by so much: what was done on the phone at that moment is not older than a command. */
const CLOCKS_DIFFER_MS = 60_000;

/** Writes who owns the conversation, its pause and its rules, as computed under the lock. */
export async function writeControl(client: Database, control: ConversationControl): Promise<void> {
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
  ]);
}

const WRITE_CONTROL = tellingChange(
  CONTROL_BEFORE,
  `update conversation
      set owner = $2, owner_since = case when owner = $2 then owner_since else now() end,
          owner_at = case when owner = $2 then owner_at
                          else greatest(owner_at, now() - $9 * interval '1 millisecond') end,
          paused_until = $3, epoch = $4, route_override = $5, follow_up_rule = $6, needs_human = $7, reason_code = $8
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
