import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { onlyRow } from '../../platform/database';

/** Gives a conversation what its workflow would have written: episodes, an open turn, a send, a wait, a follow-up, a command. */
export async function fillConversation(
  pool: Pool,
  conversation: { readonly id: string; readonly buyer_id: string },
  given: { readonly name: string; readonly lateReplies: number; readonly expected: number },
): Promise<void> {
  const { id } = conversation;
  const insert = async (sql: string, values: readonly unknown[]): Promise<string> =>
    String(onlyRow(await pool.query<{ id: unknown }>(`${sql} returning id`, [...values])).id);
  await pool.query('update buyer set late_replies = $2, expected_late_replies = $3 where id = $1', [
    conversation.buyer_id,
    given.lateReplies,
    given.expected,
  ]);
  await insert(
    `insert into episode (conversation_id, ordinal, opened_at, last_activity_at, closed_at, close_reason, outcome)
     values ($1, 1, now() - interval '9 days', now() - interval '8 days', now() - interval '7 days', 'idle', 'idle')`,
    [id],
  );
  const episode = await insert(
    'insert into episode (conversation_id, ordinal, opened_at, last_activity_at) values ($1, 2, clock_timestamp(), now())',
    [id],
  );
  const decision = await insert(
    `insert into decision (key, conversation_id, episode_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
     values ($1, $2, $3, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1')`,
    [`${given.name}:${id}`, id, episode],
  );
  const ours = await insert(
    `insert into message (conversation_id, episode_id, direction, author, whatsapp_id, type, text, body, sent_at)
     values ($1, $2, 'outbound', 'automation', $3, 'text', 'From 20 EUR.', '{}', now())`,
    [id, episode, `wamid.${randomUUID()}`],
  );
  await insert(
    `insert into wait (conversation_id, buyer_id, message_id, started_at, state) values ($1, $2, $3, clock_timestamp(), 'live')`,
    [id, conversation.buyer_id, ours],
  );
  const turn = await insert(
    `insert into turn (conversation_id, episode_id, trigger_message_id)
     select $1, $2, id from message where conversation_id = $1 and direction = 'inbound'`,
    [id, episode],
  );
  await pool.query(
    `update message set turn_id = $2, episode_id = $3 where conversation_id = $1 and direction = 'inbound'`,
    [id, turn, episode],
  );
  await insert(
    `insert into send (key, conversation_id, episode_id, kind, author, status, type, body, epoch, decision_id)
     values ($1, $2, $3, 'reply', 'automation', 'planned', 'text', '{}', (select epoch from conversation where id = $2), $4)`,
    [`reply:${ours}`, id, episode, decision],
  );
  await insert(
    `insert into follow_up (conversation_id, episode_id, after_message_id, attempt, status, due_at, reason_code,
        plan_decision_id)
     values ($1, $2, $3, 1, 'planned', now() + interval '1 day', 'hesitation.follow_up', $4)`,
    [id, episode, ours, decision],
  );
  await insert(
    `insert into command (conversation_id, kind, actor, is_verified, idempotency_key, arguments, outcome, answer)
     values ($1, 'pause', 'anna', true, $2, '{}', 'done', '{}')`,
    [id, randomUUID()],
  );
  await insert(
    `insert into crm_outbox (object_kind, object_key, conversation_id, decision_id) values ('contact', $1, $2, $3)`,
    [conversation.buyer_id, id, decision],
  );
}
