import type { NumberMode } from '../domain/vocabulary';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { UNWATCHED_SEND } from './send-status.lists';

/*
 * What people allow automation on a number, and the lock that orders it against the gate: every claim holds it shared,
 * whoever changes a mode or throws a switch holds it alone. So a change waits for the claims before it, which it then
 * finds and names, and no claim after it can miss it. Taken after buyer, conversation and send, before any channel.
 */
const LOCK = `hashtextextended('automation_permission', 0)`;

/** What automation may do where a send leaves from. */
export type Permission = { readonly mode: NumberMode; readonly isSwitchedOff: boolean };

/** Reads what holds for an automated send until the transaction ends. */
export async function holdPermission(client: Database, sendId: string): Promise<Permission> {
  // A statement of its own: what the next one reads is not older than the lock.
  await client.query(`select pg_advisory_xact_lock_shared(${LOCK})`);
  const found = await client.query<Permission>(
    `select number.mode,
            exists (select 1 from kill_switch as thrown
                     where thrown.released_at is null
                       and (thrown.scope, thrown.target) in (('everything', ''), ('number', number.phone_number_id),
                             ('rule', send.kind), ('rule', ${RULE_NAME}))) as "isSwitchedOff"
       from send
       join conversation on conversation.id = send.conversation_id
       join number on number.phone_number_id = conversation.phone_number_id
       join decision on decision.id = send.decision_id
      where send.id = $1`,
    [sendId],
  );
  return onlyRow(found);
}

const RULE_NAME = `coalesce(decision.rule_name, case decision.reason_code when 'route.fallback' then 'fallback' end)`;

/** Lets no claim of automation pass until the transaction ends. */
export async function changePermissions(client: Database): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${LOCK})`);
}

/** Sends that nobody watches whose call may have begun, of all numbers or rules that are not named. */
export async function listClaimed(
  client: Database,
  within: { readonly phoneNumberId?: string; readonly rule?: string },
): Promise<string[]> {
  const found = await client.query<{ id: string }>(
    `select send.id
       from send
       join conversation on conversation.id = send.conversation_id
       join decision on decision.id = send.decision_id
      where send.status = 'claimed' and ${UNWATCHED_SEND}
        and ($1::text is null or conversation.phone_number_id = $1)
        and ($2::text is null or send.kind = $2 or ${RULE_NAME} = $2)
      order by send.created_at, send.id`,
    [within.phoneNumberId ?? null, within.rule ?? null],
  );
  return found.rows.map(({ id }) => id);
}
