import { firstRow, inTransaction } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { describeError } from '../../platform/logger';
import { lookAtHeldSends } from '../../store/channel.store';
import { countHistoryWaits } from '../../store/history-wait.store';
import { assignAccountEvent } from './assign-account-event';
import { assignHistory } from './assign-history';
import { assignIdentityChange } from './assign-identity-change';
import { assignCalls } from './assign-calls';
import { assignEcho } from './assign-echo';
import { assignMessage } from './assign-message';
import { assignPreference } from './assign-preference';
import { assignStandby } from './assign-standby';
import { assignStateSync } from './assign-state-sync';
import { assignStatus } from './assign-status';
import { STANDBY } from './item';
import type { Assignment, StoredItem } from './item';
import { assignAnew } from './people';
import { replyModel } from './reply-model';

/** An item is given up, kept with its error and shown, after this many tries: one poison item must not be tried for ever. */
const ATTEMPTS_MAX = 20;

/**
 * Turns captured items into rows of their conversations, each in a transaction of its own so that one that cannot be
 * understood does not hold up the others. What the same people wrote before and nobody has assigned, as the process died
 * or Postgres was away, goes first: answers come in the order of the questions. Returns the conversations whose workflows
 * must look. May run any number of times and in parallel: an item is assigned once.
 */
export async function assignItems(
  database: TransactionalDatabase,
  itemIds: readonly number[],
): Promise<Set<string>> {
  const conversationIds = new Set<string>();
  const histories = new Set<string>();
  const queue = [...(await withEarlier(database, itemIds))];
  for (let itemId = queue.shift(); itemId !== undefined; itemId = queue.shift()) {
    try {
      const assigned = await assignAnew(database, (client) => assignItem(client, itemId));
      if (assigned.kind === 'set-aside') continue;
      for (const conversationId of assigned.lookAt) conversationIds.add(conversationId);
      for (const conversationId of await lookAgain(database, assigned.goingOn ?? []))
        conversationIds.add(conversationId);
      queue.push(...(assigned.again ?? []));
      if (assigned.historyOf !== undefined) histories.add(assigned.historyOf);
    } catch (error) {
      await noteFailure(database, itemId, error);
    }
  }
  await countWaits(database, [...conversationIds, ...histories]);
  return conversationIds;
}

/** What a channel that goes on had held; a look that is lost here is made within the hour, as after a person's word. */
async function lookAgain(database: TransactionalDatabase, scopes: readonly string[]): Promise<string[]> {
  if (scopes.length === 0) return [];
  return await inTransaction(database, (client) => lookAtHeldSends(client, scopes)).catch(() => []);
}

/** The items, and those of the same buyers at the same numbers that were captured before them and left behind. */
async function withEarlier(database: Database, itemIds: readonly number[]): Promise<readonly number[]> {
  if (itemIds.length === 0) return itemIds;
  const earlier = await database
    .query<{ id: number }>(EARLIER, [itemIds])
    // Postgres is away: then these cannot be assigned either, and the sweep finds all of them in their order.
    .catch(() => ({ rows: [] }));
  return [...new Set([...earlier.rows.map(({ id }) => id), ...itemIds])];
}

const BUYER_OF = (item: string) => `case ${item}.kind
  when 'echo' then coalesce(${item}.raw #>> '{message,to}', ${item}.raw #>> '{message,to_user_id}')
  else coalesce(${item}.raw #>> '{message,from}', ${item}.raw #>> '{message,from_user_id}') end`;

const EARLIER = `
  select distinct earlier.id, earlier.captured_at
    from webhook_item mine
    join webhook_item earlier on earlier.assigned_at is null and earlier.error is null and earlier.id < mine.id
         and earlier.kind in ('message', 'echo') and earlier.phone_number_id = mine.phone_number_id
         and ${BUYER_OF('earlier')} = ${BUYER_OF('mine')}
   where mine.id = any($1) and mine.kind in ('message', 'echo')
   order by earlier.captured_at, earlier.id`;

/** What cannot be counted now is found by the sweep. */
async function countWaits(database: TransactionalDatabase, conversationIds: string[]): Promise<void> {
  await countHistoryWaits(database, replyModel(), conversationIds).catch(() => undefined);
}

/** Items that were captured but not assigned for `olderThanMs`: their process died or Postgres was away. */
export async function findUnassigned(
  database: Database,
  olderThanMs: number,
  countMax: number,
): Promise<number[]> {
  const found = await database.query<{ id: number }>(
    `select id from webhook_item
      where assigned_at is null and error is null and captured_at < now() - $1 * interval '1 millisecond'
      order by captured_at, id limit $2`,
    [olderThanMs, countMax],
  );
  return found.rows.map((row) => row.id);
}

async function assignItem(client: Database, itemId: number): Promise<Assignment> {
  const item = firstRow(
    await client.query<StoredItem>(
      `select id, kind, field, phone_number_id, raw, captured_at from webhook_item
        where id = $1 and assigned_at is null and error is null for update`,
      [itemId],
    ),
  );
  if (item === null) return { kind: 'assigned', lookAt: [] };
  const assignment = await assignByKind(client, item);
  // Not when the transaction began: it may have waited for the locks of somebody who joined two buyers (`undo-newer.ts`).
  await client.query('update webhook_item set assigned_at = clock_timestamp(), error = $2 where id = $1', [
    itemId,
    assignment.kind === 'set-aside' ? assignment.error : null,
  ]);
  return assignment;
}

async function assignByKind(client: Database, item: StoredItem): Promise<Assignment> {
  switch (item.kind) {
    case 'message':
    case 'echo':
      return await assignSaid(client, item);
    case 'identity_change':
      return await assignIdentityChange(client, item);
    case 'status':
      return await assignStatus(client, item);
    case 'preference':
      return await assignPreference(client, item);
    case 'history':
      return await assignHistory(client, item);
    case 'account_event':
      return await assignAccountEvent(client, item);
    case 'state_sync':
      return await assignStateSync(client, item);
    case 'unknown':
      return await assignCalls(client, item);
  }
}

async function assignSaid(client: Database, item: StoredItem): Promise<Assignment> {
  if (item.field === STANDBY) return await assignStandby(client, item);
  return item.kind === 'echo' ? await assignEcho(client, item) : await assignMessage(client, item);
}

/** Postgres is busy, stopping or away: no fault of the item. */
const PASSING = /^(08|40|53|55|57|58)|^E[A-Z]+$/;

/** Counts a failed try; the sweep tries again, until the item is set aside with the type of its error. */
async function noteFailure(database: Database, itemId: number, error: unknown): Promise<void> {
  const { type, code } = describeError(error);
  await database
    .query(
      `update webhook_item
          set attempts = attempts + $4::int,
              error = case when attempts + $4::int >= $2 then $3 end
        where id = $1 and assigned_at is null`,
      [itemId, ATTEMPTS_MAX, `assign_failed:${code ?? type}`, PASSING.test(code ?? '') ? 0 : 1],
    )
    // Postgres itself is away: the sweep finds the item when it is back.
    .catch(() => undefined);
}
