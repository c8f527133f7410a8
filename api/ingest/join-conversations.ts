import { joinDeeds, ownerOf } from '../../domain/owner/wheel';
import type { Deeds } from '../../domain/owner/wheel';
import { onlyRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import {
  CONTROL_BEFORE,
  CONTROL_EVENTS,
  CONTROL_FACTS,
  FOLLOW_UP_EVENTS,
  FOLLOW_UP_FACTS,
  telling,
  tellingChange,
} from '../../store/event-outbox.store';
import { noteHistoryChange } from '../../store/history-wait.store';
import { arrivalOf } from '../../store/message-order';
import { recallAutomated } from '../../store/owner.store';
import { isAsked } from '../../store/question.store';
import { endUncounted, readOlderWait } from '../../store/wait.store';
import { readOwnerFacts } from '../../store/wheel.store';
import { applyEvents } from './assign-event';
import { CLOSED_AS_JOINED, MOVED, moveToConversation, remember } from './join-record';

/** Two conversations of one number that are one: `keptId`, the older, goes on. */
type Pair = { readonly joinId: number; readonly keptId: string; readonly givenId: string };

/**
 * Makes one conversation of two. All rows move; of what there may be only one of (an open turn, wait or episode) the
 * newer goes on. Runs under the locks of both buyers and both conversations.
 */
export async function joinConversations(client: Database, pair: Pair): Promise<void> {
  await joinOpenTurns(client, pair);
  await joinOpenWaits(client, pair);
  await joinEpisodes(client, pair);
  for (const table of MOVED)
    await moveToConversation(client, pair.joinId, { table, fromId: pair.givenId, toId: pair.keptId });
  await applyMovedEvents(client, pair.keptId);
  await endSupersededFollowUps(client, pair);
  await joinControl(client, pair);
  if (await hasHistory(client, pair.keptId)) await noteHistoryChange(client, pair.keptId);
}

/** Whether some of the conversation was imported. */
export async function hasHistory(client: Database, conversationId: string): Promise<boolean> {
  const found = await client.query(
    'select 1 from message where conversation_id = $1 and is_imported limit 1',
    [conversationId],
  );
  return found.rowCount === 1;
}

/** An edit or a revocation may have come before the one conversation knew of the other one's message. */
async function applyMovedEvents(client: Database, conversationId: string): Promise<void> {
  const events = await client.query<{ about: string }>(
    `select distinct about_whatsapp_id as about from message_event
      where conversation_id = $1 and about_whatsapp_id is not null`,
    [conversationId],
  );
  for (const { about } of events.rows) await applyEvents(client, about);
}

/** The messages of both turns are decided together, by the turn that goes on. */
async function joinOpenTurns(client: Database, pair: Pair): Promise<void> {
  const open = await client.query<{ kept: string; given: string }>(
    `select kept.id as kept, given.id as given from turn as kept join turn as given on given.conversation_id = $2
      where kept.conversation_id = $1 and kept.status = 'open' and given.status = 'open'`,
    [pair.keptId, pair.givenId],
  );
  for (const turn of open.rows) {
    await remember(client, pair.joinId, {
      table: 'message',
      columns: ['turn_id'],
      where: 'turn_id = $1',
      value: turn.given,
    });
    await remember(client, pair.joinId, {
      table: 'turn',
      columns: ['status', 'ended_at'],
      where: 'id = $1',
      value: turn.given,
    });
    await client.query('update message set turn_id = $2 where turn_id = $1', [turn.given, turn.kept]);
    await client.query(`update turn set status = 'joined', ended_at = now() where id = $1`, [turn.given]);
  }
}

async function joinOpenWaits(client: Database, pair: Pair): Promise<void> {
  const older = await readOlderWait(client, [pair.keptId, pair.givenId]);
  if (older === null) return;
  await remember(client, pair.joinId, {
    table: 'wait',
    columns: ['ended_at', 'ended_by', 'late_replies', 'expected_late_replies'],
    where: 'id = $1',
    value: older.id,
  });
  await endUncounted(client, older);
}

/** One line of episodes in the order of their beginning; an open one comes last, as the newest counts as current. */
async function joinEpisodes(client: Database, pair: Pair): Promise<void> {
  const ids = [pair.keptId, pair.givenId];
  await remember(client, pair.joinId, {
    table: 'episode',
    columns: ['conversation_id', 'ordinal', 'closed_at', 'close_reason', 'outcome'],
    where: 'conversation_id = any($1)',
    value: ids,
  });
  await client.query(
    `update episode set ${CLOSED_AS_JOINED}
      where id in (select id from episode where conversation_id = any($1) and closed_at is null
                    order by opened_at desc, id desc offset 1)`,
    [ids],
  );
  // Over negative numbers, as no two rows may share an ordinal at any moment.
  await client.query(
    `update episode set conversation_id = $2, ordinal = -place
       from (select id, row_number() over (order by closed_at is null, opened_at, ordinal, id) as place
               from episode where conversation_id = any($1)) as line
      where line.id = episode.id`,
    [ids, pair.keptId],
  );
  await client.query('update episode set ordinal = -ordinal where conversation_id = $1 and ordinal < 0', [
    pair.keptId,
  ]);
}

/** What was planned after one message is no longer due when the other conversation has a newer one. */
async function endSupersededFollowUps(client: Database, pair: Pair): Promise<void> {
  const superseded = `follow_up.conversation_id = $1 and follow_up.status = 'planned' and exists (
      select 1 from message as after join message as newer on newer.conversation_id = $1
       where after.id = follow_up.after_message_id and (${arrivalOf('newer')}) > (${arrivalOf('after')}))`;
  await remember(client, pair.joinId, {
    table: 'follow_up',
    columns: ['status', 'reason_code', 'ended_at'],
    where: superseded,
    value: pair.keptId,
  });
  await client.query(
    telling(
      `update follow_up set status = 'ended', reason_code = 'identity.joined', ended_at = now() where ${superseded}
       returning ${FOLLOW_UP_FACTS}`,
      FOLLOW_UP_EVENTS,
    ),
    [pair.keptId],
  );
}

type Control = { epoch: number; pausedUntil: string | null };

/** A person's word in either conversation holds in the joined one: owner, pause, route, rules, open questions. */
async function joinControl(client: Database, pair: Pair): Promise<void> {
  await remember(client, pair.joinId, {
    table: 'conversation',
    columns: [
      'owner',
      'owner_since',
      'owner_at',
      'phone_agent',
      'ordered_owner',
      'ordered_at',
      'phone_at',
      'is_phone_back',
      'unassigned_at',
      'asked_at',
      'asked_reason',
      'paused_until',
      'epoch',
      'route_override',
      'follow_up_rule',
      'needs_human',
      'reason_code',
      'last_activity_at',
    ],
    where: 'id = $1',
    value: pair.keptId,
  });
  const kept = await readControl(client, pair.keptId);
  const given = await readControl(client, pair.givenId);
  const keptFacts = await readOwnerFacts(client, pair.keptId);
  const givenFacts = await readOwnerFacts(client, pair.givenId);
  const deeds = joinDeeds(keptFacts.wheel, givenFacts.wheel);
  // The messages of both stand in the conversation that goes on.
  const owner = ownerOf({ ...keptFacts.wheel, ...deeds });
  const isSame = keptFacts.owner === givenFacts.owner && kept.pausedUntil === given.pausedUntil;
  await joinRegisters(client, pair, deeds);
  const { epoch } = onlyRow(
    await client.query<{ epoch: number }>(JOIN_CONTROL, [pair.keptId, pair.givenId, owner]),
  );
  await moveSends(client, pair, { givenEpoch: given.epoch, epoch });
  // What automation had prepared where it was free does not leave where people have said otherwise, whichever side goes on.
  if (!isSame) await recallAutomated(client, pair.keptId, 'identity.joined');
}

/** What people did in either, and what they are asked, of which the newer question is told. */
async function joinRegisters(
  client: Database,
  pair: Pair,
  { ordered, onPhone, unassignedAtMs }: Deeds,
): Promise<void> {
  const dateOf = (ms: number | null = null): Date | null => (ms === null ? null : new Date(ms));
  await client.query(
    `update conversation as kept
        set ordered_owner = $3, ordered_at = $4, phone_at = $5, is_phone_back = $6, unassigned_at = $7,
            phone_agent = case when given.phone_at is not null and (kept.phone_at is null or given.phone_at > kept.phone_at)
                               then given.phone_agent else kept.phone_agent end,
            owner_at = greatest($4::timestamptz, $5::timestamptz),
            (asked_at, asked_reason) = (
              select at, reason from (values (kept.asked_at, kept.asked_reason), (given.asked_at, given.asked_reason)) as asked (at, reason)
               order by at desc nulls last, reason limit 1)
       from conversation as given
      where kept.id = $1 and given.id = $2`,
    [
      pair.keptId,
      pair.givenId,
      ordered?.owner ?? null,
      dateOf(ordered?.atMs),
      dateOf(onPhone?.atMs),
      onPhone?.isBack ?? false,
      dateOf(unassignedAtMs),
    ],
  );
}

const JOIN_CONTROL = tellingChange(
  CONTROL_BEFORE,
  `update conversation as kept
      set owner = $3,
          owner_since = case when kept.owner = given.owner then greatest(kept.owner_since, given.owner_since)
                             when kept.owner = $3 then kept.owner_since else given.owner_since end,
          paused_until = greatest(kept.paused_until, given.paused_until),
          epoch = kept.epoch + case when kept.owner = $3
              and greatest(kept.paused_until, given.paused_until) is not distinct from kept.paused_until then 0 else 1 end,
          -- Of two orders of people the one that lets automation do less.
          route_override = case when 'human' in (kept.route_override, given.route_override) then 'human'
                                else coalesce(kept.route_override, given.route_override) end,
          follow_up_rule = case when given.follow_up_rule @> '{"enabled": false}' then given.follow_up_rule
                                else coalesce(kept.follow_up_rule, given.follow_up_rule) end,
          needs_human = ${isAsked('kept')},
          reason_code = case when ${isAsked('kept')} then kept.asked_reason
                             when kept.owner = $3 then kept.reason_code else given.reason_code end,
          last_activity_at = greatest(kept.last_activity_at, given.last_activity_at),
          -- WhatsApp counts by number and person: what either of them has borrowed is owed by the one.
          recipient_not_before = greatest(kept.recipient_not_before, given.recipient_not_before),
          recipient_backoff_level = greatest(kept.recipient_backoff_level, given.recipient_backoff_level),
          pair_borrowed_until = case when given.pair_borrowed_until > now()
            then greatest(kept.pair_borrowed_until, now()) + (given.pair_borrowed_until - now())
            else kept.pair_borrowed_until end
     from conversation as given
    where kept.id = $1 and given.id = $2
    returning ${CONTROL_FACTS('kept')}`,
  CONTROL_EVENTS,
);

async function readControl(client: Database, conversationId: string): Promise<Control> {
  return onlyRow(
    await client.query<Control>(
      'select epoch, paused_until::text as "pausedUntil" from conversation where id = $1',
      [conversationId],
    ),
  );
}

/** A send that could still leave stays able to: it goes on under the epoch of the conversation it comes into. */
async function moveSends(
  client: Database,
  pair: Pair,
  epochs: { readonly givenEpoch: number; readonly epoch: number },
): Promise<void> {
  await remember(client, pair.joinId, {
    table: 'send',
    columns: ['conversation_id', 'epoch', 'status', 'reason_code', 'settled_at'],
    where: 'conversation_id = any($1)',
    value: [pair.keptId, pair.givenId],
  });
  await client.query(
    `update send set conversation_id = $2, epoch = case when epoch = $3 then $4::bigint else -1 end
      where conversation_id = $1`,
    [pair.givenId, pair.keptId, epochs.givenEpoch, epochs.epoch],
  );
}
