import { joinLinks } from '../../domain/identity/join.decide';
import type { JoinedLinks } from '../../domain/identity/join.decide';
import { onlyRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { enqueueRelinked } from '../../store/crm-outbox.store';
import { copyLink, endLink, readCurrentLink } from '../../store/identity-link.store';
import { requestLooks } from '../../store/look.store';
import { applyConsent } from '../../store/consent.store';
import { askHuman } from '../../store/question.store';
import { recordIdentityVerdict } from './identity-verdict';
import { joinConversations } from './join-conversations';
import { IDENTITY_TIMES, remember, rememberResult } from './join-record';
import { settleUsernames } from './usernames';

/** Two buyers who are one person, told by the item or the line of an export that names both. */
type Joining = {
  readonly survivingId: string;
  readonly joinedId: string;
  readonly webhookItemId: number | null;
};

type Join = Joining & { readonly id: number };

/** A join that was made, with the conversations that must look, those that ended included. */
type MadeJoin = { readonly joinId: number; readonly lookAt: readonly string[] };

/**
 * Makes one buyer of two, with all that belongs to them; per number the older conversation goes on. Every changed row is
 * remembered. Runs under the locks of the identifiers and of both buyers. An item that goes on to change their identifiers
 * has them remembered once more (`rememberResult`).
 */
export async function joinBuyers(client: Database, joining: Joining): Promise<MadeJoin> {
  const links = await compareLinks(client, joining);
  const { id } = onlyRow(
    await client.query<{ id: number }>(
      `insert into buyer_join (surviving_buyer_id, joined_buyer_id, webhook_item_id, is_conflict, locked_at)
       values ($1, $2, $3, $4, clock_timestamp()) returning id`,
      [joining.survivingId, joining.joinedId, joining.webhookItemId, links === 'conflict'],
    ),
  );
  const join: Join = { ...joining, id };
  const conversationIds = await lockConversations(client, join);
  await joinAllConversations(client, join);
  await moveIdentities(client, join);
  await moveLinks(client, join, links);
  await addUp(client, join);
  await applyConsent(client, join.survivingId);
  await recordJoin(client, join, { links, isMirrored: conversationIds.length > 0 });
  await enqueueRelinked(client, join.survivingId);
  for (const table of ['conversation', 'buyer_identity'] as const)
    await rememberResult(client, join.id, table);
  await requestLooks(client, conversationIds);
  return { joinId: id, lookAt: conversationIds };
}

async function compareLinks(client: Database, joining: Joining): Promise<JoinedLinks> {
  const surviving = await readCurrentLink(client, joining.survivingId);
  const joined = await readCurrentLink(client, joining.joinedId);
  return joinLinks(surviving?.contactId ?? null, joined?.contactId ?? null);
}

type LockedRow = { id: string; merged_into: string | null; phone_number_id: string; look_wanted: number };

/** Locks the conversations of both; gives those that must look. */
async function lockConversations(client: Database, join: Join): Promise<string[]> {
  const locked = await client.query<LockedRow>(
    `select id, merged_into, phone_number_id, look_wanted from conversation
      where buyer_id = any($1) order by id for update`,
    [[join.survivingId, join.joinedId]],
  );
  const living = locked.rows.filter((row) => row.merged_into === null);
  // Where there is only imported history, no workflow was ever told to look, and none is now.
  const numbers = new Set(living.filter((row) => row.look_wanted > 0).map((row) => row.phone_number_id));
  return living.filter((row) => numbers.has(row.phone_number_id)).map((row) => row.id);
}

async function joinAllConversations(client: Database, join: Join): Promise<void> {
  const pairs = await client.query<{ kept: string; given: string }>(
    `select case when theirs.created_at < ours.created_at then theirs.id else ours.id end as kept,
            case when theirs.created_at < ours.created_at then ours.id else theirs.id end as given
       from conversation as ours
       join conversation as theirs on theirs.phone_number_id = ours.phone_number_id and theirs.merged_into is null
      where ours.buyer_id = $1 and ours.merged_into is null and theirs.buyer_id = $2`,
    [join.survivingId, join.joinedId],
  );
  await remember(client, join.id, {
    table: 'conversation',
    columns: ['buyer_id', 'merged_into'],
    where: 'buyer_id = any($1)',
    value: [join.survivingId, join.joinedId],
  });
  for (const { kept, given } of pairs.rows) {
    await joinConversations(client, { joinId: join.id, keptId: kept, givenId: given });
    await client.query('update conversation set merged_into = $2 where id = $1 or merged_into = $1', [
      given,
      kept,
    ]);
  }
  await client.query('update conversation set buyer_id = $2 where buyer_id = $1', [
    join.joinedId,
    join.survivingId,
  ]);
}

async function moveIdentities(client: Database, join: Join): Promise<void> {
  await remember(client, join.id, {
    table: 'buyer_identity',
    columns: ['buyer_id', ...IDENTITY_TIMES],
    where: 'buyer_id = any($1)',
    value: [join.survivingId, join.joinedId],
  });
  for (const table of ['buyer_identity', 'consent', 'wait'] as const) {
    if (table !== 'buyer_identity')
      await remember(client, join.id, {
        table,
        columns: ['buyer_id'],
        where: 'buyer_id = $1',
        value: join.joinedId,
      });
    await client.query(`update ${table} set buyer_id = $2 where buyer_id = $1`, [
      join.joinedId,
      join.survivingId,
    ]);
  }
  await settleUsernames(client, join.survivingId);
}

/** The surviving buyer's link holds; the other one ends, and is taken over where it alone has a contact. */
async function moveLinks(client: Database, join: Join, links: JoinedLinks): Promise<void> {
  await remember(client, join.id, {
    table: 'identity_link',
    columns: ['buyer_id', 'ended_at', 'end_reason'],
    where: 'buyer_id = any($1)',
    value: [join.survivingId, join.joinedId],
  });
  const reasonCode = links === 'conflict' ? 'identity.joined_conflict' : 'identity.joined';
  const theirs = await readCurrentLink(client, join.joinedId);
  await endLink(client, join.joinedId, reasonCode);
  await client.query('update identity_link set buyer_id = $2 where buyer_id = $1', [
    join.joinedId,
    join.survivingId,
  ]);
  if (links !== 'take' || theirs === null) return;
  await endLink(client, join.survivingId, reasonCode);
  await client.query('update buyer_join set link_id = $2 where id = $1', [
    join.id,
    await copyLink(client, theirs.id),
  ]);
}

/** D and E are sums; the opt-out is computed from the wishes of both, and the stricter word that one cannot be reached holds. */
async function addUp(client: Database, join: Join): Promise<void> {
  await remember(client, join.id, {
    table: 'buyer',
    columns: [
      'late_replies',
      'expected_late_replies',
      'opted_out_at',
      'opted_out_reason',
      'joined_into',
      'display_name_at',
      'unreachable_at',
      'unreachable_until',
      'unreachable_reason',
    ],
    where: 'id = any($1)',
    value: [join.survivingId, join.joinedId],
  });
  await client.query(
    `update buyer as kept
        set late_replies = kept.late_replies + given.late_replies,
            expected_late_replies = kept.expected_late_replies + given.expected_late_replies,
            display_name = coalesce(case when given.display_name_at > kept.display_name_at then given.display_name
                                         else kept.display_name end, given.display_name),
            display_name_at = greatest(kept.display_name_at, given.display_name_at),
            (unreachable_at, unreachable_until, unreachable_reason) = (
              select at, until, reason
                from (values (kept.unreachable_at, kept.unreachable_until, kept.unreachable_reason),
                             (given.unreachable_at, given.unreachable_until, given.unreachable_reason)) as mark (at, until, reason)
               order by at is null, until is not null, until desc limit 1)
       from buyer as given
      where kept.id = $1 and given.id = $2`,
    [join.survivingId, join.joinedId],
  );
  await client.query(
    'update buyer set joined_into = $2, late_replies = 0, expected_late_replies = 0 where id = $1',
    [join.joinedId, join.survivingId],
  );
  await client.query('update buyer set joined_into = $2 where joined_into = $1', [
    join.joinedId,
    join.survivingId,
  ]);
  await remember(client, join.id, {
    table: 'crm_outbox',
    columns: ['object_key'],
    where: 'object_key = $1 and done_at is null and dead_at is null',
    value: join.joinedId,
  });
  await client.query(
    'update crm_outbox set object_key = $2 where object_key = $1 and done_at is null and dead_at is null',
    [join.joinedId, join.survivingId],
  );
}

/** The joining is a decision like any other; it is mirrored, and a conflict of two contacts is left to a person. */
async function recordJoin(
  client: Database,
  join: Join,
  { links, isMirrored }: { readonly links: JoinedLinks; readonly isMirrored: boolean },
): Promise<void> {
  const reasonCode = links === 'conflict' ? 'identity.joined_conflict' : 'identity.joined';
  await remember(client, join.id, {
    table: 'conversation',
    columns: ['needs_human', 'reason_code', 'asked_at', 'asked_reason'],
    where: 'buyer_id = $1 and merged_into is null',
    value: join.survivingId,
  });
  const living = await client.query<{ id: string }>(
    'select id from conversation where buyer_id = $1 and merged_into is null order by created_at, id',
    [join.survivingId],
  );
  for (const { id: conversationId } of living.rows) {
    if (links === 'conflict') await askHuman(client, conversationId, reasonCode);
    await recordIdentityVerdict(client, {
      key: `join:${join.id}:${conversationId}`,
      conversationId,
      buyerId: join.survivingId,
      verdict: 'join',
      reasonCode,
      inputs: {
        survivingBuyerId: join.survivingId,
        joinedBuyerId: join.joinedId,
        webhookItemId: join.webhookItemId,
      },
      isMirrored,
    });
  }
}
