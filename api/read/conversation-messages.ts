import type { Database } from '../../platform/database';
import type { ConversationDetail } from '../contract';
import { ROWS_MAX, instant, instantOrNull } from './values';

type Item<List extends 'messages' | 'follow_ups' | 'sends' | 'waits'> = ConversationDetail[List][number];
type MessageRow = Omit<Item<'messages'>, 'sent_at'> & { sent_at: Date };
type FollowUpRow = Omit<Item<'follow_ups'>, 'due_at'> & { due_at: Date | null };
type SendRow = Omit<Item<'sends'>, 'created_at'> & { created_at: Date };
type WaitRow = Omit<Item<'waits'>, 'started_at' | 'ended_at'> & { started_at: Date; ended_at: Date | null };

/** What was said, in the order of WhatsApp's time; our messages with how far they came. */
export async function listMessages(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['messages']> {
  const { rows } = await database.query<MessageRow>(
    `select m.id, m.direction, m.author, m.type, m.text, m.sent_at, m.whatsapp_id, m.turn_id, m.send_id,
        case when m.direction = 'outbound' then coalesce(s.status, (select status from send_status
          where whatsapp_id = m.whatsapp_id order by occurred_at desc, id desc limit 1)) end as status
       from message m left join send s on s.id = m.send_id
      where m.conversation_id = $1 order by m.sent_at desc, m.captured_at desc, m.id desc limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({ ...row, sent_at: instant(row.sent_at) }));
}

/** Planned messages after silence and what became of them. */
export async function listFollowUps(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['follow_ups']> {
  const { rows } = await database.query<FollowUpRow>(
    `select id, attempt, status, due_at, reason_code from follow_up
      where conversation_id = $1 order by created_at desc, attempt desc limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({ ...row, due_at: instantOrNull(row.due_at) }));
}

/** The send ledger. */
export async function listSends(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['sends']> {
  const { rows } = await database.query<SendRow>(
    `select id, kind, author, status, reason_code, decision_id, created_at, whatsapp_id from send
      where conversation_id = $1 order by created_at desc, id desc limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({ ...row, created_at: instant(row.created_at) }));
}

/** The silences after our messages. */
export async function listWaits(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['waits']> {
  const { rows } = await database.query<WaitRow>(
    `select id, message_id, state, started_at, ended_at, ended_by, late_replies, expected_late_replies, parameter_version
       from wait where conversation_id = $1 order by id desc limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows
    .reverse()
    .map((row) => ({ ...row, started_at: instant(row.started_at), ended_at: instantOrNull(row.ended_at) }));
}
