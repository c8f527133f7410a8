import type { Database } from '../../platform/database';
import { arrivalOf } from '../../store/message-order';
import { reportOwner } from '../../store/owner-report.store';
import { askHuman } from '../../store/question.store';
import { NOT_CLAIMED_LIST } from '../../store/send-status.lists';
import type { MovedRow } from './move-item';

/**
 * A conversation that begins with what went over goes on as the other one did where people decided that: an agent who has
 * it, a pause, a question. Meta's own agent has what WhatsApp passed to it.
 */
export async function inheritControl(
  client: Database,
  rows: readonly MovedRow[],
  known: ReadonlySet<string>,
): Promise<void> {
  for (const row of rows.filter(({ toId }) => !known.has(toId)))
    await client.query(
      `update conversation as begun
          set ordered_owner = case when other.owner like 'agent:%' then other.ordered_owner else begun.ordered_owner end,
              ordered_at = case when other.owner like 'agent:%' then other.ordered_at else begun.ordered_at end,
              owner_at = case when other.owner like 'agent:%' then greatest(begun.owner_at, other.ordered_at) else begun.owner_at end,
              unassigned_at = case when other.owner = 'unassigned' then other.unassigned_at end,
              asked_at = case when other.owner = 'unassigned' then other.asked_at else begun.asked_at end,
              asked_reason = case when other.owner = 'unassigned' then other.asked_reason else begun.asked_reason end,
              paused_until = other.paused_until
         from conversation as other
        where begun.id = $1 and other.id = $2
          and (other.owner like 'agent:%' or other.owner = 'unassigned' or other.paused_until > now())`,
      [row.toId, row.fromId],
    );
  for (const conversationId of new Set(rows.flatMap(({ fromId, toId }) => [fromId, toId]))) {
    const moved = {
      report: 'moved',
      whatsappId: `moved:${conversationId}`,
      atMs: 0,
      phoneAgent: null,
    } as const;
    await reportOwner(client, { ...moved, conversationId });
  }
}

/**
 * An undecided message is taken up where it stands now. What was to answer a decided one and has not begun does not leave,
 * and people are asked in both conversations: nobody tells which part of an answer was meant for whom.
 */
export async function settleTurns(client: Database, rows: readonly MovedRow[]): Promise<void> {
  const fromIds = [...new Set(rows.map(({ fromId }) => fromId))];
  await settleOpenTurns(client, fromIds);
  const decided = rows.filter(({ decidedTurnId }) => decidedTurnId !== null);
  const recalled = await client.query<{ conversation_id: string }>(
    `update send set status = 'recalled', reason_code = 'identity.moved', settled_at = now()
      where kind <> 'human' and status in ${NOT_CLAIMED_LIST} and conversation_id = any($1)
        and decision_id in (select id from decision where turn_id = any($2))
      returning conversation_id`,
    [fromIds, decided.map(({ decidedTurnId }) => decidedTurnId)],
  );
  const asked = [...decided.map(({ toId }) => toId), ...recalled.rows.map((row) => row.conversation_id)];
  for (const conversationId of new Set(asked)) await askHuman(client, conversationId, 'identity.moved');
}

/** A turn goes on with the messages that it still has, the first of which makes it unique; it ends where none is left. */
export async function settleOpenTurns(client: Database, conversationIds: readonly string[]): Promise<void> {
  await client.query(
    `update turn set status = 'joined', ended_at = now()
      where conversation_id = any($1) and status = 'open' and not exists (select 1 from message where turn_id = turn.id)`,
    [conversationIds],
  );
  await client.query(
    `update turn
        set trigger_message_id = (select id from message where turn_id = turn.id order by ${arrivalOf('message')} limit 1)
      where conversation_id = any($1) and status = 'open'
        and not exists (select 1 from message where id = turn.trigger_message_id and turn_id = turn.id)`,
    [conversationIds],
  );
}
